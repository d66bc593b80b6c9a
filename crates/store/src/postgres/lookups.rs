//! Look-ups of one row by its key. Two queries of a kind run side by side at the most; the look-ups that come meanwhile wait and
//! are sent as one query, so that a busy server is asked less often.

use std::collections::VecDeque;
use std::slice;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pixie_provider::store::{StoreError, StoreFailure};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_postgres::Row;

use super::bound::rows_of_each;
use super::connections::{Connections, MAX_WAIT};
use super::failure::Failure;
use super::multi_row::{MAX_ROWS, MultiRow};
use super::statement::Statement;

/// So many queries of a kind run side by side.
const MAX_RUNNING: usize = 2;

type Rows = Result<Vec<Row>, StoreError>;

/// Every kind of look-up that was used, on the connections that read.
#[derive(Clone)]
pub(super) struct Lookups(Arc<Parts>);

struct Parts {
    connections: Arc<Connections>,
    max_waiting: usize,
    runtime: Handle,
    kinds: Mutex<Vec<Kind>>,
}

/// The look-ups by one query.
struct Kind {
    query: &'static MultiRow,
    running: usize,
    waiting: VecDeque<Waiting>,
}

struct Waiting {
    statement: Statement,
    answer: oneshot::Sender<Rows>,
}

/// A query of a kind that runs. When it has ended, in any way, those that wait are sent.
struct Running {
    lookups: Lookups,
    query: &'static MultiRow,
}

impl Lookups {
    /// With room for so many look-ups of a kind that wait. It must be called on a tokio runtime.
    pub(super) fn new(connections: &Arc<Connections>, max_waiting: usize) -> Self {
        Self(Arc::new(Parts {
            connections: Arc::clone(connections),
            max_waiting,
            runtime: Handle::current(),
            kinds: Mutex::default(),
        }))
    }

    /// Runs a query for the key that is bound to it.
    pub(super) async fn find(&self, query: &'static MultiRow, statement: Statement) -> Rows {
        match self.enter(query, statement)? {
            Entered::Running(statement, running) => {
                let rows = running.read(slice::from_ref(&statement)).await?;
                Ok(rows.into_iter().next().unwrap_or_default())
            }
            Entered::Waiting(response) => match timeout(MAX_WAIT, response).await {
                Ok(rows) => rows.unwrap_or_else(|_| Err(Failure::Closed.into())),
                Err(_) => Err(Failure::TimedOut.into()),
            },
        }
    }

    /// Starts a look-up at once, or puts it in line behind those that run.
    fn enter(&self, query: &'static MultiRow, statement: Statement) -> Result<Entered, StoreError> {
        let mut kinds = self.kinds();
        let kind = kind_of(&mut kinds, query);
        if kind.running < MAX_RUNNING {
            kind.running += 1;
            let lookups = self.clone();
            return Ok(Entered::Running(statement, Running { lookups, query }));
        }
        if kind.waiting.len() >= self.0.max_waiting {
            self.0.connections.metrics.failures.one(StoreFailure::Refused);
            return Err(Failure::Overloaded.into());
        }
        let (answer, response) = oneshot::channel();
        kind.waiting.push_back(Waiting { statement, answer });
        Ok(Entered::Waiting(response))
    }

    fn kinds(&self) -> MutexGuard<'_, Vec<Kind>> {
        self.0.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Entered {
    Running(Statement, Running),
    Waiting(oneshot::Receiver<Rows>),
}

fn kind_of<'a>(kinds: &'a mut Vec<Kind>, query: &'static MultiRow) -> &'a mut Kind {
    let known = kinds.iter().position(|kind| std::ptr::eq(kind.query, query));
    let position = known.unwrap_or_else(|| {
        kinds.push(Kind {
            query,
            running: 0,
            waiting: VecDeque::new(),
        });
        kinds.len() - 1
    });
    &mut kinds[position]
}

impl Running {
    /// The rows of each look-up.
    async fn read(&self, lookups: &[Statement]) -> Result<Vec<Vec<Row>>, StoreError> {
        let connections = &self.lookups.0.connections;
        let sent = connections.bind(lookups.iter().map(slice::from_ref));
        let mut answers = Vec::with_capacity(sent.len());
        for query in &sent {
            answers.push(connections.read(query).await?);
        }
        Ok(rows_of_each(&sent, answers)?)
    }

    async fn serve(self, waiting: Vec<Waiting>) {
        let (lookups, answers): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .map(|waiting| (waiting.statement, waiting.answer))
            .unzip();
        let mut rows = self.read(&lookups).await.map(Vec::into_iter);
        for answer in answers {
            let own = match &mut rows {
                Ok(rows) => Ok(rows.next().unwrap_or_default()),
                Err(error) => Err(error.clone()),
            };
            // The caller may have gone; then nobody needs the answer.
            drop(answer.send(own));
        }
    }

    /// Takes the look-ups that wait; if there are none, one query less runs.
    fn next(&self) -> Vec<Waiting> {
        let mut kinds = self.lookups.kinds();
        let kind = kind_of(&mut kinds, self.query);
        kind.waiting.retain(|waiting| !waiting.answer.is_closed());
        let next: Vec<_> = kind.waiting.drain(..kind.waiting.len().min(MAX_ROWS)).collect();
        if next.is_empty() {
            kind.running -= 1;
        }
        next
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let next = self.next();
        if !next.is_empty() {
            let running = Self {
                lookups: self.lookups.clone(),
                query: self.query,
            };
            self.lookups.0.runtime.spawn(running.serve(next));
        }
    }
}
