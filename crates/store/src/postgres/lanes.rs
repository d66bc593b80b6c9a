//! The way of commands to the server: each of a few lanes takes all that wait and commits them together, in one round trip
//! and with one flush of the server's log, and only then answers them (group commit).

use std::sync::{Arc, Mutex as Guarded, PoisonError};
use std::time::Duration;

use pixie_provider::metrics::Stopwatch;
use pixie_provider::store::{StoreError, StoreFailure, StoreMetrics};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_postgres::Row;

use super::bound::rows_of_each;
use super::connections::{Connections, Failed, MAX_WAIT};
use super::failure::Failure;
use super::multi_row::MAX_ROWS;
use super::statement::Statement;

/// So many commands share a commit at the most, which bounds how long the first of them waits.
const MAX_BATCH: usize = MAX_ROWS;

/// A command that has waited for this long is refused as overload: the client will not wait much longer.
const MAX_QUEUED: Duration = Duration::from_secs(2);

/// How often a command is tried that runs into others.
const TRIES: u32 = 6;

/// Rows of each of a command's statements.
pub(super) type Answers = Vec<Vec<Row>>;

/// A command in line.
struct Command {
    statements: Vec<Statement>,
    since: Instant,
    answer: oneshot::Sender<Result<Answers, StoreError>>,
}

/// The way to the lanes.
pub(super) struct Lanes {
    commands: Guarded<Option<mpsc::Sender<Command>>>,
    tasks: Guarded<Vec<JoinHandle<()>>>,
    metrics: Arc<StoreMetrics>,
}

impl Lanes {
    /// Starts so many lanes, with room for so many waiting commands.
    pub(super) fn start(lanes: usize, waiting: usize, connections: &Arc<Connections>) -> Self {
        let (sender, receiver) = mpsc::channel(waiting.max(1));
        let receiver = Arc::new(Mutex::new(receiver));
        let tasks = (1..=lanes)
            .map(|lane| {
                let pause = Duration::from_millis(lane as u64 * 3);
                tokio::spawn(serve(connections.clone(), receiver.clone(), pause))
            })
            .collect();
        Self {
            commands: Guarded::new(Some(sender)),
            tasks: Guarded::new(tasks),
            metrics: Arc::clone(&connections.metrics),
        }
    }

    /// Runs a command; the answer comes after the commit. A command that a lane has taken is run even if nobody waits for
    /// its answer any more.
    pub(super) async fn run(&self, statements: Vec<Statement>) -> Result<Answers, StoreError> {
        let (answer, response) = oneshot::channel();
        let _waits = self.metrics.waiting.hold();
        self.send(Command {
            statements,
            since: Instant::now(),
            answer,
        })?;
        response.await.unwrap_or_else(|_| Err(Failure::Closed.into()))
    }

    fn send(&self, command: Command) -> Result<(), StoreError> {
        let commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = commands.as_ref().ok_or(Failure::Closed)?;
        sender.try_send(command).map_err(|error| {
            StoreError::from(match error {
                TrySendError::Full(_) => {
                    self.metrics.failures.one(StoreFailure::Refused);
                    Failure::Overloaded
                }
                TrySendError::Closed(_) => Failure::Closed,
            })
        })
    }

    /// Takes no more commands and waits until those that were taken are answered.
    pub(super) async fn close(&self) {
        self.commands
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if task.await.is_err() {
                tracing::error!("a lane of the store ended by a panic");
            }
        }
    }
}

/// One lane. It goes on until no command can come any more and none waits.
async fn serve(
    connections: Arc<Connections>,
    commands: Arc<Mutex<mpsc::Receiver<Command>>>,
    pause: Duration,
) {
    loop {
        let mut batch = Vec::new();
        if commands.lock().await.recv_many(&mut batch, MAX_BATCH).await == 0 {
            return;
        }
        batch = without_stale(&connections.metrics, batch);
        if !batch.is_empty() {
            serve_batch(&connections, batch, pause).await;
        }
    }
}

fn without_stale(metrics: &StoreMetrics, batch: Vec<Command>) -> Vec<Command> {
    let (fresh, stale): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .partition(|command| command.since.elapsed() < MAX_QUEUED);
    for command in stale {
        metrics.failures.one(StoreFailure::Refused);
        command.answer(Err(Failure::Overloaded.into()));
    }
    fresh
}

/// Commits commands together. If the server refuses one of them, all are undone and each is tried alone, so that only
/// the command that fails on its own returns an error.
async fn serve_batch(connections: &Connections, batch: Vec<Command>, pause: Duration) {
    let until = Instant::now() + MAX_WAIT;
    if batch.len() == 1 {
        for command in batch {
            serve_alone(connections, command, pause, until).await;
        }
        return;
    }
    match commit(connections, &batch).await {
        Ok(answers) => {
            for (command, answers) in batch.into_iter().zip(answers) {
                command.answer(Ok(answers));
            }
        }
        Err(failed) if failed.undone && failed.why.is_refusal() && !failed.why.is_of_the_server() => {
            for command in batch {
                serve_alone(connections, command, pause, until).await;
            }
        }
        Err(failed) => {
            if !failed.why.is_of_the_server() {
                tracing::error!(error = %failed.why, commands = batch.len(), "a commit failed; nothing of it was acknowledged");
            }
            connections.metrics.failures.one(StoreFailure::Commit);
            let error = StoreError::from(failed.why);
            for command in batch {
                command.answer(Err(error.clone()));
            }
        }
    }
}

/// Commits one command, and repeats it if it collided with another transaction.
async fn serve_alone(connections: &Connections, command: Command, pause: Duration, until: Instant) {
    let command = [command];
    let mut tries = 0;
    let done = loop {
        if Instant::now() >= until {
            break Err(Failure::TimedOut);
        }
        tries += 1;
        match commit(connections, &command).await {
            Ok(mut answers) => break Ok(answers.pop().unwrap_or_default()),
            Err(failed) if failed.undone && failed.why.is_collision() && tries < TRIES => {
                // Lanes pause differently long, and longer each time, so that they do not meet again.
                tokio::time::sleep(pause * tries).await;
            }
            Err(failed) => break Err(failed.why),
        }
    };
    if let Err(why) = &done {
        connections.metrics.failures.one(StoreFailure::Command);
        if !why.is_of_the_server() {
            tracing::error!(error = %why, tries, "a command failed; it was not acknowledged");
        }
    }
    let [command] = command;
    command.answer(done.map_err(StoreError::from));
}

/// Runs commands in one transaction: every commit of the store is one call of this.
async fn commit(connections: &Connections, batch: &[Command]) -> Result<Vec<Answers>, Failed> {
    let sent = connections.bind(batch.iter().map(|command| command.statements.as_slice()));
    let metrics = &connections.metrics;
    metrics.batches.observe(batch.len() as u64);
    let stopwatch = Stopwatch::start();
    let done = connections.transact(&sent).await;
    metrics.commits.took(stopwatch.elapsed());
    let rows = rows_of_each(&sent, done?).map_err(|why| Failed { why, undone: false })?;
    let mut rows = rows.into_iter();
    Ok(batch
        .iter()
        .map(|command| rows.by_ref().take(command.statements.len()).collect())
        .collect())
}

impl Command {
    /// The caller may have gone; then nobody needs the answer.
    fn answer(self, answers: Result<Answers, StoreError>) {
        drop(self.answer.send(answers));
    }
}
