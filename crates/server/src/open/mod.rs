//! Opening what a configuration names: the data folder, its lock, the database, the master key, and the provider on
//! top of them.

mod check;
mod database;
mod error;
mod folder;
mod listener;
mod lock;
mod mail;
mod master_key;
mod outbound;
mod settings;

use std::sync::Arc;

use pixie_provider::{
    KeysError, MailParts, MailTransport, MasterKey, Provider, ProviderParts, StartError, SystemRandomness,
};

pub use check::{check_database, check_files};
pub use database::{Database, open_postgres, open_sqlite, patiently};
pub use error::OpenError;
pub use folder::{make_folder, private_file, sync_folder_of};
pub use listener::listen;
pub use lock::ServeLock;
pub use mail::{check_mail_server, explained, mail_server};
pub use master_key::{master_key_place, read_master_key, replace_master_key, write_master_key};
pub use outbound::check_upstreams;
pub use settings::settings;

use crate::config::Config;

/// The treatment of files and tables that do not exist yet.
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
    /// The provider's database, to be closed at the end.
    pub database: Database,
}

/// Opens everything that the configuration names.
///
/// # Errors
/// See [`OpenError`]; each is a sentence that names the file or the database and says what to do.
pub async fn open(config: &Config, missing: Missing) -> Result<Opened, OpenError> {
    open_with_mail(config, missing, mail::transport(config)?).await
}

/// As [`open`], but mails leave by this transport, and none are sent if there is none.
///
/// # Errors
/// See [`open`].
pub async fn open_with_mail(
    config: &Config,
    missing: Missing,
    transport: Option<Arc<dyn MailTransport>>,
) -> Result<Opened, OpenError> {
    let mail = transport
        .map(|transport| mail::parts(config, transport))
        .transpose()?;
    let database = Database::open(config, missing).await?;
    match provider(config, missing, mail, &database).await {
        Ok(provider) => Ok(Opened { provider, database }),
        Err(refused) => {
            database.close().await;
            Err(refused)
        }
    }
}

async fn provider(
    config: &Config,
    missing: Missing,
    mail: Option<MailParts>,
    database: &Database,
) -> Result<Provider, OpenError> {
    let name = || config.database_name();
    let silent = |cause| OpenError::Store {
        database: name(),
        cause,
    };
    let store = database.store();
    let keys = store.list_root_keys().await.map_err(silent)?;
    let shared = matches!(database, Database::Postgres(_));
    // A command that only looks must not decide whose master key counts.
    if keys.is_empty() && shared && missing == Missing::Refuse {
        return Err(OpenError::Empty(name()));
    }
    let mut parts = ProviderParts::new(
        settings(config)?,
        store,
        master_key(config, keys.is_empty(), shared)?,
    );
    parts.outbound = outbound::network(config)?;
    parts.mail = mail;
    Provider::new(parts).await.map_err(|error| match error {
        StartError::Keys(KeysError::WrongMasterKey) if shared => OpenError::AnotherMasterKey {
            place: master_key_place(config),
            database: name(),
        },
        StartError::Keys(KeysError::WrongMasterKey) => OpenError::WrongMasterKey {
            place: master_key_place(config),
            database: name(),
        },
        StartError::Keys(KeysError::Store(cause)) => silent(cause),
        other => other.into(),
    })
}

/// Of several nodes that start at once on a new database without a common master key, each makes one. That of the node
/// whose root key is stored counts, and the others are refused before they have stored anything.
fn master_key(config: &Config, new: bool, shared: bool) -> Result<MasterKey, OpenError> {
    if new {
        return master_key::read_or_make(config, &SystemRandomness);
    }
    read_master_key(config).map_err(|refused| match refused {
        OpenError::MasterKeyMissing(path) if shared => OpenError::MasterKeyElsewhere {
            path,
            database: config.database_name(),
        },
        other => other,
    })
}
