//! Connections that are open, and what is said on them: one read, or one transaction in one round trip.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use pixie_provider::metrics::Stopwatch;
use pixie_provider::store::{StoreFailure, StoreMetrics};
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row, Statement as Prepared};

use super::bound::{Bound, bind, bind_each};
use super::connect::{BEGIN, BEGIN_POOLED};
use super::failure::Failure;
use super::statement::Statement;

/// Nothing that is asked of the server takes longer, connecting included.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(5);

/// Connections that are open, to be used by one at a time.
pub(super) struct Connections {
    pool: Pool,
    pooler: bool,
    pub(super) metrics: Arc<StoreMetrics>,
    answers: AtomicBool,
}

/// A transaction that did not come to its end.
#[derive(Debug)]
pub(super) struct Failed {
    /// The reason.
    pub(super) why: Failure,
    /// `true` if nothing of it is kept for sure; otherwise all of it may be.
    pub(super) undone: bool,
}

impl Connections {
    /// Those of a pool. Behind a pooler nothing may be left on a connection for what comes next.
    pub(super) fn new(pool: Pool, pooler: bool, metrics: Arc<StoreMetrics>) -> Self {
        Self {
            pool,
            pooler,
            metrics,
            answers: AtomicBool::new(true),
        }
    }

    /// The statements that are sent for the commands of a batch. Behind a pooler each statement is planned again, and a plan for several
    /// commands costs more than it saves.
    pub(super) fn bind<'a>(&self, commands: impl Iterator<Item = &'a [Statement]>) -> Vec<Bound<'a>> {
        if self.pooler {
            bind_each(commands)
        } else {
            bind(commands)
        }
    }

    /// Runs one statement that only reads. If the connection was lost it is asked again on another, once.
    pub(super) async fn read(&self, statement: &Bound<'_>) -> Result<Vec<Row>, Failure> {
        let stopwatch = Stopwatch::start();
        let read = timeout(MAX_WAIT, async {
            match self.try_read(statement).await {
                Err(failure) if failure.is_of_the_server() => self.try_read(statement).await,
                read => read,
            }
        })
        .await
        .unwrap_or_else(|_| {
            self.forget();
            Err(Failure::TimedOut)
        });
        self.metrics.reads.took(stopwatch.elapsed());
        if read.is_err() {
            self.metrics.failures.one(StoreFailure::Read);
        }
        read
    }

    async fn try_read(&self, statement: &Bound<'_>) -> Result<Vec<Row>, Failure> {
        let connection = self.pool.get().await?;
        let read = async {
            let prepared = self.prepare(&connection, statement).await?;
            Self::query(&connection, statement, prepared.as_ref()).await
        };
        let read = read.await;
        self.give_back(connection, read.map_err(Failure::from), Failure::is_of_the_server)
    }

    /// Runs statements in one transaction and commits; the rows of each.
    pub(super) async fn transact(&self, statements: &[Bound<'_>]) -> Result<Vec<Vec<Row>>, Failed> {
        let done = self.transact_wherever(statements).await;
        // That the server is gone is said once, not with every commit that it costs.
        match &done {
            Err(failed) if failed.why.is_of_the_server() => {
                if self.answers.swap(false, Ordering::Relaxed) {
                    tracing::error!(error = %failed.why, "the database is gone; nothing is acknowledged until it is back");
                }
            }
            Err(_) => {}
            Ok(_) => {
                if !self.answers.swap(true, Ordering::Relaxed) {
                    tracing::info!("the database is back");
                }
            }
        }
        done
    }

    /// If the server that was asked is not of use any more and nothing was kept, the one that took over is asked, once.
    async fn transact_wherever(&self, statements: &[Bound<'_>]) -> Result<Vec<Vec<Row>>, Failed> {
        let connection = self.connection().await?;
        match self.try_transact(connection, statements).await {
            Err(failed) if failed.undone && failed.why.is_of_the_server() => {
                let connection = self.connection().await?;
                self.try_transact(connection, statements).await
            }
            done => done,
        }
    }

    async fn connection(&self) -> Result<Object, Failed> {
        match timeout(MAX_WAIT, self.pool.get()).await {
            Ok(connection) => connection.map_err(|error| Failed::before(error.into())),
            Err(_) => Err(Failed::before(Failure::TimedOut)),
        }
    }

    async fn try_transact(
        &self,
        connection: Object,
        statements: &[Bound<'_>],
    ) -> Result<Vec<Vec<Row>>, Failed> {
        let done = timeout(MAX_WAIT, self.exchange(&connection, statements))
            .await
            .unwrap_or(Err(Failed {
                why: Failure::TimedOut,
                undone: false,
            }));
        self.give_back(connection, done, |failed| failed.why.is_of_the_server())
    }

    /// Sends `BEGIN`, the statements and `COMMIT` without waiting for an answer between; a statement alone needs neither.
    async fn exchange(&self, connection: &Object, statements: &[Bound<'_>]) -> Result<Vec<Vec<Row>>, Failed> {
        // Every statement that the server has not seen yet is prepared first, so that nothing waits once the
        // transaction is under way.
        let mut prepared = Vec::with_capacity(statements.len());
        for statement in statements {
            let known = self.prepare(connection, statement).await;
            prepared.push(known.map_err(|error| Failed::before(error.into()))?);
        }
        let statements = statements.iter().zip(&prepared);
        if let (Some((statement, prepared)), 1, false) =
            (statements.clone().next(), statements.len(), self.pooler)
        {
            let rows = Self::query(connection, statement, prepared.as_ref()).await;
            return Ok(vec![rows.map_err(Failed::alone)?]);
        }
        let simple = |sql: &'static str| -> Sent<'_> {
            Box::pin(async move { connection.batch_execute(sql).await.map(|()| Vec::new()) })
        };
        let begin = simple(if self.pooler { BEGIN_POOLED } else { BEGIN });
        let statements = statements.map(|(statement, prepared)| -> Sent<'_> {
            Box::pin(Self::query(connection, statement, prepared.as_ref()))
        });
        let commit = simple("COMMIT");
        let answers = pipelined([begin].into_iter().chain(statements).chain([commit])).await;
        outcome(answers)
    }

    /// Prepares a statement that this connection has not seen yet; none behind a pooler, which gives the connection to others.
    async fn prepare(&self, connection: &Object, statement: &Bound<'_>) -> Result<Option<Prepared>, Error> {
        if self.pooler {
            return Ok(None);
        }
        let kinds = statement.kinds();
        let prepared = connection.prepare_typed_cached(statement.sql, &kinds).await?;
        Ok(Some(prepared))
    }

    /// Runs a statement: prepared, or all in one message if a prepared one could be lost.
    async fn query(
        connection: &Object,
        statement: &Bound<'_>,
        prepared: Option<&Prepared>,
    ) -> Result<Vec<Row>, Error> {
        let values = statement.values();
        match prepared {
            Some(prepared) => connection.query(prepared, &values).await,
            None => {
                let values: Vec<_> = values.into_iter().zip(statement.kinds()).collect();
                connection.query_typed(statement.sql, &values).await
            }
        }
    }

    /// A connection on which something went wrong with the server is closed, and those that wait with it.
    fn give_back<T, E>(
        &self,
        connection: Object,
        outcome: Result<T, E>,
        of_the_server: impl Fn(&E) -> bool,
    ) -> Result<T, E> {
        if outcome.as_ref().is_err_and(of_the_server) {
            drop(Object::take(connection));
            self.forget();
        }
        outcome
    }

    /// Closes every connection that nobody uses: another server may have taken over.
    fn forget(&self) {
        self.pool.retain(|_, _| false);
    }

    /// Closes every connection as soon as nobody uses it.
    pub(super) fn close(&self) {
        self.pool.close();
    }
}

impl Failed {
    /// Before anything was sent that changes something.
    fn before(why: Failure) -> Self {
        Self { why, undone: true }
    }

    /// A statement that is a transaction of its own: what a server says that goes may follow a commit.
    fn alone(error: Error) -> Self {
        let why = Failure::from(error);
        Self {
            undone: why.is_refusal() && !why.is_of_the_server(),
            why,
        }
    }
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Vec<Row>, Error>> + Send + 'a>>;

/// Sends all before it waits for an answer. The driver sends when it is asked first, and the server answers in that order.
async fn pipelined(requests: impl Iterator<Item = Sent<'_>>) -> Vec<Result<Vec<Row>, Error>> {
    let mut requests: Vec<_> = requests.map(|request| (request, None)).collect();
    poll_fn(|context| {
        for (request, answer) in &mut requests {
            if let Poll::Ready(ready) = request.as_mut().poll(context) {
                *answer = Some(ready);
            }
        }
        Poll::Ready(())
    })
    .await;
    let mut answers = Vec::with_capacity(requests.len());
    for (request, answer) in requests {
        answers.push(match answer {
            Some(answer) => answer,
            None => request.await,
        });
    }
    answers
}

/// The outcome of `BEGIN`, statements and `COMMIT`.
///
/// A statement that the server refused has ended the transaction, including the statements after it: `COMMIT` undoes it
/// then. If `BEGIN` itself failed, the statements may have been executed one by one, unless the connection was lost
/// with it. If `COMMIT` failed or was not answered, the transaction may be on disk.
fn outcome(mut answers: Vec<Result<Vec<Row>, Error>>) -> Result<Vec<Vec<Row>>, Failed> {
    let commit = answers.pop().unwrap_or_else(|| Ok(Vec::new()));
    let mut rows = Vec::with_capacity(answers.len());
    for (position, answer) in answers.into_iter().enumerate() {
        let why = match answer {
            Ok(answer) => {
                rows.push(answer);
                continue;
            }
            Err(error) => Failure::from(error),
        };
        let undone = why.is_refusal() && (position > 0 || why.is_of_the_server());
        return Err(Failed { why, undone });
    }
    commit.map_err(|error| {
        let undone = error.code().is_some_and(is_refused_commit);
        let why = Failure::from(error);
        Failed { why, undone }
    })?;
    rows.remove(0);
    Ok(rows)
}

/// A commit that ran into another transaction, or against a rule that is checked at its end.
fn is_refused_commit(code: &SqlState) -> bool {
    code.code().starts_with("40") || code.code().starts_with("23")
}
