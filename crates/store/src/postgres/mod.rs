//! The store on Postgres, for any number of nodes.
//!
//! A read is one statement on a connection of its own, one round trip:
//!
//! ```ignore
//! let rows = self.read(statement!("SELECT username FROM users WHERE id = $1", id)).await?;
//! Ok(rows.first().map(|row| plain(row, 0)).transpose()?)
//! ```
//!
//! A command is one statement, or a fixed list of them that is decided in SQL; the rows of each come back after the commit:
//!
//! ```ignore
//! let rows = self.write(statement!("DELETE FROM clients WHERE key = $1 RETURNING 1", key)).await?;
//! Ok(rows.len() == 1)
//! ```
//!
//! The statements of busy requests are a [`MultiRow`]: one text for one command, and one for several that are committed, or
//! looked up, at the same moment.
//!
//! Transactions run side by side at READ COMMITTED. What to know of that:
//! - Each statement sees what was committed when it began. The parts of one statement (`WITH …`) see all the same, and
//!   nothing of each other's changes but by `RETURNING`; the next statement of a command sees those before it.
//! - An `UPDATE`, `DELETE` or `SELECT … FOR UPDATE` waits for the transaction that changes the row, and then checks its
//!   `WHERE` against the row again, but not against other tables: guards of the row itself are safe, guards of another row
//!   only if a statement before has locked that row.
//! - A lost race shows as no row, and what it means is often not to be seen in the same statement: ask in a second command,
//!   which must be right for itself.
//! - A plan is made once for a statement, perhaps while its table is new and every index seems as good as any other. What
//!   decides about a row that is found by its key stands in `(…) IS TRUE`, by which no row is looked for.
//! - Commands of others share the transaction, so that rows stay locked until all of them are done. Lock no row that every
//!   request needs, and several rows in the order of their keys.

mod account_links;
mod accounts;
mod bound;
mod clients;
mod columns;
mod connect;
mod connections;
mod consents;
mod credentials;
mod events;
mod failure;
mod grants;
mod keys;
mod lanes;
mod leases;
mod logos;
mod logouts;
mod lookups;
mod mails;
mod migrations;
mod multi_row;
mod open_error;
mod refresh;
mod replays;
mod revoke;
mod root_keys;
mod sessions;
mod statement;
mod sweep;
#[cfg(test)]
mod tests;
mod unchecked;

use std::sync::Arc;

use async_trait::async_trait;
use pixie_provider::store::{Store, StoreError, StoreMetrics, Sweep, Swept};
use tokio_postgres::Row;

pub use connect::OpenPostgres;
pub use migrations::{migrate_postgres, pending_postgres_migrations};
pub use open_error::OpenPostgresError;

use bound::Bound;
use connect::Server;
use connections::Connections;
use lanes::{Answers, Lanes};
use lookups::Lookups;
use multi_row::MultiRow;
use statement::{Statement, Value, statement};

/// So many transactions write side by side at the most: while one waits for its flush another is sent.
const LANES: usize = 4;

/// The store on Postgres.
///
/// Commands that wait are committed together; an answer means that the commit is on disk. Reads ask the same server, and
/// see every command that was answered before, by whichever node. It must be opened and used on a tokio runtime.
pub struct PostgresStore {
    readers: Arc<Connections>,
    lookups: Lookups,
    writers: Arc<Connections>,
    lanes: Lanes,
    place: String,
    metrics: Arc<StoreMetrics>,
}

impl PostgresStore {
    /// Opens a database, making its tables and changing them as asked.
    ///
    /// # Errors
    /// See [`OpenPostgresError`]; nothing was changed then.
    pub async fn open(open: &OpenPostgres) -> Result<Self, OpenPostgresError> {
        let server = Server::of(open)?;
        migrations::prepare(&server, open).await?;
        // Neither side waits for a connection of the other.
        let lanes = (open.connections / 2).clamp(1, LANES);
        let readers = open.connections.saturating_sub(lanes).max(1);
        let metrics = Arc::new(StoreMetrics::default());
        let connect = |connections| {
            let pool = server.pool(connections)?;
            Ok(Connections::new(pool, open.pooler, Arc::clone(&metrics)))
        };
        let writers = Arc::new(connect(lanes)?);
        let readers = Arc::new(connect(readers)?);
        Ok(Self {
            lookups: Lookups::new(&readers, open.waiting_commands),
            readers,
            lanes: Lanes::start(lanes, open.waiting_commands, &writers),
            writers,
            place: server.place.clone(),
            metrics,
        })
    }

    /// Takes no more commands, waits until those that were taken are answered, and closes the connections.
    pub async fn close(&self) {
        self.lanes.close().await;
        self.readers.close();
        self.writers.close();
    }

    /// Runs a statement that only reads.
    async fn read(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        Ok(self.readers.read(&Bound::alone(&statement, 0)).await?)
    }

    /// Finds a row by its key, together with others that are looked for at the same moment.
    async fn find(&self, query: &'static MultiRow, key: impl Into<Value>) -> Result<Option<Row>, StoreError> {
        let lookup = Statement {
            sql: query.into(),
            values: vec![key.into()],
        };
        Ok(self.lookups.find(query, lookup).await?.into_iter().next())
    }

    /// Runs a command of one statement; it is answered after its commit.
    async fn write(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let mut answers = self.write_all(vec![statement]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// Runs a command of several statements in one transaction; each sees those before it.
    async fn write_all(&self, statements: Vec<Statement>) -> Result<Answers, StoreError> {
        self.lanes.run(statements).await
    }
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("PostgresStore")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn ready(&self) -> Result<(), StoreError> {
        self.write(statement!("UPDATE readiness SET checks = (checks + 1) % 1000000"))
            .await
            .map(drop)
    }

    fn metrics(&self) -> Option<Arc<StoreMetrics>> {
        Some(Arc::clone(&self.metrics))
    }

    async fn sweep(&self, command: Sweep) -> Result<Swept, StoreError> {
        self.sweep_all(command).await
    }
}
