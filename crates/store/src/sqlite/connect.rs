//! Opening the file: private, a Pixie database and no other, with a write-ahead log and full synchronisation.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::migrations;
use super::open_error::OpenError;
use super::size;

/// Written into the file by its first migration: "Pixi".
pub(super) const APPLICATION_ID: i64 = 0x5069_7869;

/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(5);

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct OpenSqlite {
    /// The file; its log lies beside it.
    pub path: PathBuf,
    /// How many connections read side by side; as many as threads that ask is enough. At least one is opened.
    pub read_connections: usize,
    /// How many commands may wait to be written before further ones are refused as overload.
    pub waiting_commands: usize,
    /// `true` if a database that is not there is made.
    pub create: bool,
    /// `true` if the tables of an older version are changed to this one's; refused as outdated otherwise.
    pub migrate: bool,
}

impl OpenSqlite {
    /// Opens it as `pixie serve` does: makes it if there is none, and changes its tables.
    pub fn create(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            read_connections: 4,
            waiting_commands: 4096,
            create: true,
            migrate: true,
        }
    }

    /// How commands open it that need what is in it already: one reader, never a new file.
    pub fn existing(path: impl Into<PathBuf>) -> Self {
        Self {
            read_connections: 1,
            create: false,
            ..Self::create(path)
        }
    }
}

/// Opens the file to write, and checks and prepares it as asked.
pub(super) fn writer(open: &OpenSqlite) -> Result<Connection, OpenError> {
    let path = &open.path;
    if open.create {
        create_private(path)?;
    }
    let mut connection = existing(path)?;
    let failed = |error| OpenError::of(path, &error);
    if connection.is_readonly("main").map_err(failed)? {
        return Err(OpenError::ReadOnly(path.clone()));
    }
    migrations::check(&connection, path)?;
    // Before anything is written: a new file keeps it for ever.
    size::prepare_to_shrink(&connection).map_err(failed)?;
    switch_to_log(&connection, path)?;
    prepare_to_write(&connection).map_err(failed)?;
    if open.migrate {
        migrations::apply(&mut connection, path)?;
    } else if !migrations::check(&connection, path)?.is_empty() {
        return Err(OpenError::Outdated(path.clone()));
    }
    Ok(connection)
}

/// Opens the file to read only.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Opens a file that must be there to read and write, without changing it.
pub(super) fn existing(path: &Path) -> Result<Connection, OpenError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn open(path: &Path, access: OpenFlags) -> Result<Connection, OpenError> {
    if !path
        .try_exists()
        .map_err(|error| OpenError::of_io(path, &error))?
    {
        return Err(OpenError::Missing(path.to_owned()));
    }
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| OpenError::of(path, &error))?;
    prepare(&connection).map_err(|error| OpenError::of(path, &error))?;
    Ok(connection)
}

/// How every connection works.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(128);
    // Plans do not depend on the values that are bound. Without this a statement that could use a partial index is compiled
    // again at every run, which was an eighth of the cost of a code flow.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The file is data, also if somebody else wrote it: its schema may not call functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)
}

fn prepare_to_write(connection: &Connection) -> rusqlite::Result<()> {
    // A commit is answered only when it is on disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // New rows go to the ends of their tables, so that 8 MiB of pages hold what is written to; SQLite walks through all of them
    // after some commits, so that more would cost. 16 MiB of log, in which a page that is changed often is moved into the
    // file once, make more flows a second than SQLite's 4.
    connection.pragma_update(None, "cache_size", -8 * 1024)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4096)?;
    // A log that grew while somebody read for long is cut again.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)
}

/// Makes an empty file that only its owner may read; SQLite gives its log the same permissions.
pub(super) fn create_private(path: &Path) -> Result<(), OpenError> {
    /// Closing a file drops the locks that SQLite holds on it in this process, so that nobody else may open it between.
    static CREATING: Mutex<()> = Mutex::new(());
    let _alone = CREATING.lock().unwrap_or_else(PoisonError::into_inner);
    let failed = |error| OpenError::of_io(path, &error);
    match private().open(path) {
        Ok(file) => file.sync_all().map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(failed(error)),
    }
    sync_folder(path).map_err(failed)
}

/// Options that make a new file for its owner alone and refuse one that is there.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Puts the name of a new file on disk.
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Switches to the write-ahead log. SQLite refuses at once while another process does the same, without waiting.
fn switch_to_log(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let pause = Duration::from_millis(10);
    let mut waited = Duration::ZERO;
    loop {
        let switched = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match switched {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(OpenError::Other {
                    path: path.to_owned(),
                    reason: format!(
                        "the file system allows no write-ahead log (journal mode {mode}); use a local disk"
                    ),
                });
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < BUSY => {
                std::thread::sleep(pause);
                waited += pause;
            }
            Err(error) => return Err(OpenError::of(path, &error)),
        }
    }
}
