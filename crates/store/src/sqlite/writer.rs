//! The one thread that writes: it takes all waiting commands, runs them in one transaction, commits once and only then
//! answers them all (group commit). If one of them fails, all are run again, each in a savepoint of its own, so that it
//! undoes nothing but what it did itself. Failures are rare, and a savepoint costs a copy of every page that it touches.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use pixie_provider::metrics::Stopwatch;
use pixie_provider::store::{StoreError, StoreFailure, StoreMetrics};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::failure::{closed, overloaded, store_error};

/// So many commands share a commit at the most, which bounds how long the first of them waits.
const MAX_BATCH: usize = 256;

/// The way to the thread.
pub(super) struct Writer {
    commands: RwLock<Option<SyncSender<Box<dyn Command>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    metrics: Arc<StoreMetrics>,
}

impl Writer {
    /// Starts the thread on a connection of its own, with room for so many waiting commands.
    pub(super) fn start(
        connection: Connection,
        waiting: usize,
        metrics: Arc<StoreMetrics>,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(waiting);
        let counted = Arc::clone(&metrics);
        let thread = std::thread::Builder::new()
            .name("pixie-writer".into())
            .spawn(move || serve(&connection, &receiver, &counted))?;
        Ok(Self {
            commands: RwLock::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            metrics,
        })
    }

    /// Runs a command; the answer comes after the commit. A command that was taken is run even if nobody waits for its
    /// answer any more.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, response) = oneshot::channel();
        self.send(Box::new(Waiting {
            work,
            outcome: None,
            answer,
        }))?;
        response.await.unwrap_or_else(|_| Err(closed()))
    }

    fn send(&self, command: Box<dyn Command>) -> Result<(), StoreError> {
        let commands = self.commands.read().unwrap_or_else(PoisonError::into_inner);
        let sender = commands.as_ref().ok_or_else(closed)?;
        self.metrics.waiting.rise();
        sender.try_send(command).map_err(|error| {
            self.metrics.waiting.fall();
            match error {
                TrySendError::Full(_) => {
                    self.metrics.failures.one(StoreFailure::Refused);
                    overloaded()
                }
                TrySendError::Disconnected(_) => closed(),
            }
        })
    }

    /// Takes no more commands, waits until those that were taken are answered, and moves the log into the file.
    pub(super) fn close(&self) {
        self.commands
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's writer ended by a panic");
        }
    }
}

/// A command with an outcome of any type.
trait Command: Send {
    /// Runs it and keeps its outcome; an error means that what it did must be undone. It may be run again after that.
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError>;

    /// Answers with its own outcome if the commit is on disk.
    fn answer(self: Box<Self>, committed: &Result<(), StoreError>);
}

struct Waiting<F, T> {
    work: F,
    outcome: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Command for Waiting<F, T>
where
    F: Fn(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let outcome = match catch_unwind(AssertUnwindSafe(|| (self.work)(connection))) {
            Ok(outcome) => outcome.map_err(|error| store_error(&error)),
            Err(_) => Err(StoreError::Internal("a command panicked".into())),
        };
        let failed = outcome.as_ref().err().cloned();
        self.outcome = Some(outcome);
        failed.map_or(Ok(()), Err)
    }

    fn answer(self: Box<Self>, committed: &Result<(), StoreError>) {
        let outcome = match committed {
            Ok(()) => self.outcome.unwrap_or_else(|| Err(closed())),
            Err(error) => Err(error.clone()),
        };
        // The caller may have gone; then nobody needs the answer.
        drop(self.answer.send(outcome));
    }
}

fn serve(connection: &Connection, commands: &Receiver<Box<dyn Command>>, metrics: &StoreMetrics) {
    while let Ok(first) = commands.recv() {
        let mut batch = Vec::new();
        let committed = run_batch(connection, first, commands, &mut batch, metrics);
        metrics.batches.observe(batch.len() as u64);
        if let Err(error) = &committed {
            metrics.failures.one(StoreFailure::Commit);
            tracing::error!(%error, commands = batch.len(), "a commit failed; nothing of it was acknowledged");
        }
        for command in batch {
            metrics.waiting.fall();
            command.answer(&committed);
        }
    }
    if let Err(error) = checkpoint(connection) {
        tracing::warn!(error = %store_error(&error), "the log was not moved into the database; that is done at the next start");
    }
}

/// Runs the first command and those that wait by then in one transaction, and commits.
fn run_batch(
    connection: &Connection,
    first: Box<dyn Command>,
    commands: &Receiver<Box<dyn Command>>,
    batch: &mut Vec<Box<dyn Command>>,
    metrics: &StoreMetrics,
) -> Result<(), StoreError> {
    let mut transaction = execute(connection, "BEGIN IMMEDIATE");
    let mut one_failed = false;
    let mut next = Some(first);
    while let Some(mut command) = next {
        // If the transaction is lost, all waiting commands are answered at once, instead of one by one after a try
        // each.
        if transaction.is_ok() && !one_failed {
            one_failed = command.run(connection).is_err();
        }
        batch.push(command);
        next = (batch.len() < MAX_BATCH)
            .then(|| commands.try_recv().ok())
            .flatten();
    }
    if one_failed {
        undo(connection);
        transaction = run_one_by_one(connection, batch, metrics);
    }
    let committed = transaction.and_then(|()| commit(connection, metrics));
    if committed.is_err() {
        undo(connection);
    }
    committed
}

/// Runs all of them again in a new transaction.
fn run_one_by_one(
    connection: &Connection,
    batch: &mut [Box<dyn Command>],
    metrics: &StoreMetrics,
) -> Result<(), StoreError> {
    execute(connection, "BEGIN IMMEDIATE")?;
    batch
        .iter_mut()
        .try_for_each(|command| run_in_savepoint(connection, &mut **command, metrics))
}

/// Runs one command. An error means that the whole transaction is lost, not only what this command did: SQLite may end
/// it when the disk is full.
fn run_in_savepoint(
    connection: &Connection,
    command: &mut dyn Command,
    metrics: &StoreMetrics,
) -> Result<(), StoreError> {
    execute(connection, "SAVEPOINT command")?;
    if let Err(error) = command.run(connection) {
        metrics.failures.one(StoreFailure::Command);
        if connection.is_autocommit() {
            return Err(error);
        }
        execute(connection, "ROLLBACK TO command")?;
    }
    execute(connection, "RELEASE command")
}

fn commit(connection: &Connection, metrics: &StoreMetrics) -> Result<(), StoreError> {
    let stopwatch = Stopwatch::start();
    let committed = execute(connection, "COMMIT");
    metrics.commits.took(stopwatch.elapsed());
    committed
}

fn undo(connection: &Connection) {
    if connection.is_autocommit() {
        return;
    }
    if let Err(error) = execute(connection, "ROLLBACK") {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(|error| store_error(&error))
}

fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
