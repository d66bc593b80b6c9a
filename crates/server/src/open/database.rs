//! The database of a configuration: one SQLite file, or PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use pixie_provider::store::Store;
use pixie_store::{OpenPostgres, OpenPostgresError, OpenSqlite, PostgresStore, SqliteStore};
use tokio::time::{Instant, sleep};

use super::{Missing, OpenError, make_folder};
use crate::config::{Config, DatabaseUrl};

/// How many commands may wait to be written before a server turns further ones away.
const WAITING_COMMANDS: usize = 4096;

/// How long the start waits before it tries a second time to reach the database; each time twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How long it waits at the most between two tries.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// An open database, to be closed at the end.
#[derive(Debug, Clone)]
pub enum Database {
    /// One file.
    Sqlite(Arc<SqliteStore>),
    /// A database that other nodes may use too.
    Postgres(Arc<PostgresStore>),
}

impl Database {
    /// Opens the database that a configuration names.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(config: &Config, missing: Missing) -> Result<Self, OpenError> {
        Ok(match &config.database.url {
            Some(url) => {
                let open = open_postgres(config, url, missing);
                let patience = match missing {
                    Missing::Make => config.database.start_timeout,
                    Missing::Refuse => Duration::ZERO,
                };
                let opened = patiently(patience, async || PostgresStore::open(&open).await).await;
                Self::Postgres(Arc::new(opened?))
            }
            None => Self::Sqlite(Arc::new(open_sqlite(config, missing)?)),
        })
    }

    /// The store on this database.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::clone(store) as Arc<dyn Store>,
            Self::Postgres(store) => Arc::clone(store) as Arc<dyn Store>,
        }
    }

    /// Takes no more commands, and waits until those that were taken are answered.
    pub async fn close(self) {
        match self {
            // It fails where the runtime is ending; then the store is closed as it is dropped.
            Self::Sqlite(store) => drop(tokio::task::spawn_blocking(move || store.close()).await),
            Self::Postgres(store) => store.close().await,
        }
    }
}

/// Tries until a PostgreSQL server answers, and says in the log that it waits. A server that answers is not asked again, even if it
/// refuses.
///
/// # Errors
/// The answer of the server, or the last error if the time is over.
pub async fn patiently<T>(
    patience: Duration,
    attempt: impl AsyncFn() -> Result<T, OpenPostgresError>,
) -> Result<T, OpenPostgresError> {
    let end = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        let error = match attempt().await {
            Err(error) if error.may_pass() => error,
            ended => return ended,
        };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(error);
        }
        tracing::warn!(
            seconds_left = left.as_secs(),
            %error,
            "the database does not answer yet; the start waits for it (database.start_timeout)"
        );
        sleep(pause.min(left)).await;
        pause = MAX_PAUSE.min(pause * 2);
    }
}

/// How the PostgreSQL database of a configuration is opened.
pub fn open_postgres(config: &Config, url: &DatabaseUrl, missing: Missing) -> OpenPostgres {
    OpenPostgres {
        url: url.expose().to_owned(),
        connections: config.database.connections as usize,
        waiting_commands: WAITING_COMMANDS,
        pooler: config.database.pooler,
        migrate: missing == Missing::Make,
    }
}

/// Opens the SQLite file of a configuration.
///
/// # Errors
/// See [`OpenError`].
pub fn open_sqlite(config: &Config, missing: Missing) -> Result<SqliteStore, OpenError> {
    let path = config.database_path();
    let make = missing == Missing::Make;
    if make {
        make_folder(&config.server.data)?;
    } else if config.database.path.is_none() && !path.try_exists().unwrap_or(true) {
        return Err(OpenError::Nothing(config.server.data.clone()));
    }
    Ok(SqliteStore::open(&OpenSqlite {
        path,
        read_connections: config.database.read_connections as usize,
        waiting_commands: WAITING_COMMANDS,
        create: make,
        migrate: make,
    })?)
}
