//! Errors of opening the data folder, the database and the listener. Each names the file and says what to do.

use std::io;
use std::path::PathBuf;

use pixie_provider::store::StoreError;
use pixie_provider::{MasterKeyError, RandomnessError, StartError};
use thiserror::Error;

use crate::config::ConfigError;

/// The configured data folder, database or listener cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The configured database does not exist.
    #[error("there is no Pixie data in {}; start `pixie serve` first, or name another folder with --data", .0.display())]
    Nothing(PathBuf),
    /// There are tables, and no node was ever started on them.
    #[error(
        "{0}: there is no Pixie data in this database; start `pixie serve` first, or name another with --database"
    )]
    Empty(String),
    /// The folder cannot be made.
    #[error("{}: the data folder cannot be made ({cause}); {}", path.display(), advice(cause))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The error of the system.
        cause: io::Error,
    },
    /// A file that belongs to the folder cannot be read or written.
    #[error("{}: the file cannot be read or written ({cause}); {}", path.display(), advice(cause))]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        cause: io::Error,
    },
    /// Items of a list of the file, claims, resources or upstream providers, that cannot be used.
    #[error(transparent)]
    Items(#[from] ConfigError),
    /// Another server is on the folder.
    #[error(
        "{}: another Pixie{} is serving this data folder; stop it first, or name another folder with --data",
        path.display(), process.map_or_else(String::new, |id| format!(" (process {id})"))
    )]
    Served {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, if it is known.
        process: Option<u32>,
    },
    /// The master key that goes with the database is gone.
    #[error(
        "{}: the master key is missing, and the database was made with it; put the file back from where you keep your \
         secrets, or give the key in PIXIE_SECRETS_MASTER_KEY (a backup of the database does not hold it)", .0.display()
    )]
    MasterKeyMissing(PathBuf),
    /// The file of the master key that the configuration names is not there.
    #[error("{}: secrets.master_key_file names a file that is not there; put the master key there, or leave the key out of the configuration", .0.display())]
    MasterKeyFileMissing(PathBuf),
    /// A value is not a master key.
    #[error("{place}: {cause}; put back the one that was made with the database")]
    NotAMasterKey {
        /// The file or the key of the configuration.
        place: String,
        /// The defect of that master key.
        cause: MasterKeyError,
    },
    /// The master key is not the one that the database was made with.
    #[error(
        "{place}: this master key does not open the signing keys of {database}; put back the one that was made with that \
         database (a backup of the database does not hold it)"
    )]
    WrongMasterKey {
        /// The file or the key of the configuration.
        place: String,
        /// The database.
        database: String,
    },
    /// Other nodes use the database, and their master key is not here.
    #[error(
        "{}: the master key is missing, and {database} was made with it; copy it from another node or from where you keep \
         your secrets, or give the key in PIXIE_SECRETS_MASTER_KEY", path.display()
    )]
    MasterKeyElsewhere {
        /// The file.
        path: PathBuf,
        /// The database.
        database: String,
    },
    /// The master key is not that of the other nodes.
    #[error(
        "{place}: this master key does not open the signing keys of {database}; all nodes on a database have the same one: \
         put the one here that the first of them made"
    )]
    AnotherMasterKey {
        /// The file or the key of the configuration.
        place: String,
        /// The database.
        database: String,
    },
    /// The address cannot be listened on, or the certificate cannot be used.
    #[error("{cause} ({keys})")]
    Listen {
        /// The keys to change.
        keys: &'static str,
        /// The reason why the server cannot listen.
        cause: pixie_listen::ListenError,
    },
    /// The mail server cannot be used.
    #[error("{server}: {}", super::explained(cause))]
    MailServer {
        /// Host and port.
        server: String,
        /// The step that failed.
        cause: pixie_provider::MailError,
    },
    /// An upstream provider cannot be used.
    #[error("upstream {id}: {cause}; check its issuer {issuer} in [[upstream]]")]
    Upstream {
        /// The id of the provider.
        id: String,
        /// The issuer that is configured.
        issuer: String,
        /// The step that failed.
        cause: pixie_provider::UpstreamError,
    },
    /// A template cannot be used.
    #[error("{0} (`pages.templates`)")]
    Templates(pixie_web::TemplateError),
    /// The database.
    #[error(transparent)]
    Database(#[from] pixie_store::OpenError),
    /// The PostgreSQL database.
    #[error(transparent)]
    Postgres(#[from] pixie_store::OpenPostgresError),
    /// The database did not answer.
    #[error("{database}: {}", cause.reason())]
    Store {
        /// The database.
        database: String,
        /// The failure, with what to do about it.
        cause: StoreError,
    },
    /// No random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// A value of the configuration that the provider refuses.
    #[error("{key}: {cause}")]
    Setting {
        /// The key of the configuration.
        key: &'static str,
        /// The defect of the value.
        cause: String,
    },
    /// The provider.
    #[error(transparent)]
    Provider(#[from] StartError),
}

fn advice(cause: &io::Error) -> &'static str {
    use io::ErrorKind;
    match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        ErrorKind::ReadOnlyFilesystem => "name a folder on another disk with --data",
        ErrorKind::PermissionDenied => "let this account write there, or name another folder with --data",
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            "a file is where a folder must be: name another folder with --data"
        }
        _ => "check the path, or name another folder with --data",
    }
}
