//! Opening what a configuration names: the data folder, its lock, the database, the master key, and the provider on
//! top of them.

mod error;
mod folder;
mod lock;
mod master_key;
mod outbound;
mod settings;

use std::sync::Arc;

use pixie_provider::store::{Keys as _, Store};
use pixie_provider::{KeysError, Provider, ProviderParts, StartError, SystemClock, SystemRandomness};
use pixie_store::{OpenSqlite, SqliteStore};

pub use error::NotOpened;
pub use folder::{make_folder, private_file, sync_folder_of};
pub use lock::ServeLock;
pub use master_key::{master_key_place, read_master_key};
pub use settings::settings;

use crate::config::Config;

/// How many commands may wait to be written before a server turns further ones away.
const WAITING_COMMANDS: usize = 4096;

/// Whether what is not there yet is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The folder, the database and the master key are made, and the tables of an older version are changed.
    Make,
    /// A sentence says that there is nothing, and nothing is made or changed.
    Refuse,
}

/// A provider on an open database.
pub struct Opened {
    /// The provider.
    pub provider: Provider,
    /// Its database, to be closed at the end.
    pub store: Arc<SqliteStore>,
}

/// Opens everything that the configuration names.
///
/// # Errors
/// See [`NotOpened`]; each is a sentence that names the file and says what to do.
pub async fn open(config: &Config, missing: Missing) -> Result<Opened, NotOpened> {
    let store = Arc::new(open_store(config, missing)?);
    let silent = |cause| NotOpened::Store {
        database: config.database_path(),
        cause,
    };
    let keys = store.list_keys().await.map_err(silent)?;
    let master_key = if keys.is_empty() {
        master_key::read_or_make(config, &SystemRandomness)?
    } else {
        read_master_key(config)?
    };
    let provider = Provider::new(ProviderParts {
        settings: settings(config)?,
        store: Arc::clone(&store) as Arc<dyn Store>,
        master_key,
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
        outbound: outbound::network(config)?,
    })
    .await
    .map_err(|error| match error {
        StartError::Keys(KeysError::WrongMasterKey) => NotOpened::WrongMasterKey {
            place: master_key_place(config),
            database: config.database_path(),
        },
        StartError::Keys(KeysError::Store(cause)) => silent(cause),
        other => other.into(),
    })?;
    Ok(Opened { provider, store })
}

/// Opens the database only.
///
/// # Errors
/// See [`NotOpened`].
pub fn open_store(config: &Config, missing: Missing) -> Result<SqliteStore, NotOpened> {
    let path = config.database_path();
    let make = missing == Missing::Make;
    if make {
        make_folder(&config.server.data)?;
    } else if config.database.path.is_none() && !path.try_exists().unwrap_or(true) {
        return Err(NotOpened::Nothing(config.server.data.clone()));
    }
    Ok(SqliteStore::open(&OpenSqlite {
        path,
        read_connections: config.database.read_connections as usize,
        waiting_commands: WAITING_COMMANDS,
        create: make,
        migrate: make,
    })?)
}
