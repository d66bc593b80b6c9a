//! `pixie restore`: a backup takes the place of the database, which is moved aside and never deleted.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use pixie_provider::{Clock as _, KeysError, SystemClock};
use pixie_store::{OpenError as StoreOpenError, OpenSqlite, SqliteStore, check_file};
use serde_json::json;

use super::answer::Answer;
use super::command_flags::{CommandFlags, on_this_thread};
use super::error::CommandError;
use super::text::moment;
use crate::config::Config;
use crate::open::{
    OpenError, ServeLock, make_folder, master_key_place, private_file, read_master_key, sync_folder_of,
};

/// The files that SQLite keeps beside a database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

const NO_BACKUP: &str = "this is no backup of Pixie; name a file that `pixie backup` made";

/// Put a backup in the place of the database
#[derive(Debug, Args)]
#[command(
    long_about = "Put a backup in the place of the database. The backup is read through and checked first, also against the \
                  master key; the database there is moved aside, never deleted. The server must not be running. \
                  What was revoked, changed or deleted after the backup was made is as it was before.",
    after_long_help = "Example:\n  pixie restore /var/backups/pixie-2026-11-22.sqlite3"
)]
pub(super) struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Restore {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        if let Some(url) = &config.database.url {
            return Err(CommandError::about(
                url,
                format!(
                    "`pixie restore` puts a SQLite file back; restore a PostgreSQL database with its own tool while no node \
                     runs, such as `pg_restore --clean --if-exists --single-transaction --dbname='{url}' '{}'`",
                    self.file.display()
                ),
            ));
        }
        make_folder(&config.server.data)?;
        let _lock = ServeLock::take(&config)?;
        let database = config.database_path();
        let copy = beside(&database, ".restoring");
        remove(&copy)?;
        let prepared = prepare(&self.file, &copy).and_then(|()| check_key(&config, &copy));
        let key = match prepared {
            Ok(key) => key,
            Err(failure) => {
                remove(&copy)?;
                return Err(failure);
            }
        };
        let aside = move_aside(&database)?;
        std::fs::rename(&copy, &database)?;
        sync_folder_of(&database)?;
        let mut text = format!("{} now holds {}.\n", database.display(), self.file.display());
        if let Some(aside) = &aside {
            text.push_str(&format!(
                "What was there before is kept in {}.\n",
                aside.display()
            ));
        }
        if key == Key::Missing {
            text.push_str(&format!(
                "Before you start `pixie serve`, put the master key that goes with the backup in {}.\n",
                config.master_key_path().display()
            ));
        }
        let json = json!({
            "database": database, "restored": self.file, "moved_aside": aside, "master_key": key == Key::Fits,
        });
        self.flags.answer(&json, text)
    }
}

/// The relation of the folder's master key to the keys of the backup.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Fits,
    Missing,
}

/// Copies the backup and checks the copy, so that nothing is moved for a file that cannot be used and nothing is
/// written beside the backup.
fn prepare(file: &Path, copy: &Path) -> Result<(), CommandError> {
    let unreadable =
        |cause| CommandError::about(file.display(), format!("the backup cannot be read: {cause}"));
    copy_file(file, copy).map_err(unreadable)?;
    let log = beside(file, "-wal");
    if log.try_exists()? {
        copy_file(&log, &beside(copy, "-wal")).map_err(unreadable)?;
    }
    let facts = check_file(copy).map_err(|wrong| match wrong {
        StoreOpenError::Foreign(_) => CommandError::about(file.display(), NO_BACKUP),
        StoreOpenError::Damaged { reason, .. } => CommandError::about(
            file.display(),
            format!("the backup is damaged ({reason}); take another one"),
        ),
        other => {
            let sentence = other.to_string();
            CommandError::because(sentence.replace(&copy.display().to_string(), &file.display().to_string()))
        }
    })?;
    if facts.schema == 0 {
        return Err(CommandError::about(file.display(), NO_BACKUP));
    }
    // What the log holds belongs into the file.
    SqliteStore::open(&OpenSqlite::existing(copy))?.close();
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut source = std::fs::File::open(from)?;
    let mut target = private_file().create_new(true).open(to)?;
    std::io::copy(&mut source, &mut target)?;
    target.sync_all()
}

fn check_key(config: &Config, copy: &Path) -> Result<Key, CommandError> {
    let master = match read_master_key(config) {
        Ok(master) => master,
        Err(OpenError::MasterKeyMissing(_)) => return Ok(Key::Missing),
        Err(other) => return Err(other.into()),
    };
    let store = SqliteStore::open(&OpenSqlite::existing(copy))?;
    let opened = on_this_thread(async { Ok(master.check(&store, SystemClock.now()).await) })?;
    store.close();
    drop(store);
    match opened {
        Ok(()) => Ok(Key::Fits),
        Err(KeysError::WrongMasterKey) => Err(CommandError::because(format!(
            "{}: this master key does not open the backup's signing keys; put the one that goes with the backup there first",
            master_key_place(config)
        ))),
        Err(other) => Err(other.into()),
    }
}

/// Renames a database and its log, in the same folder; returns the new path.
fn move_aside(database: &Path) -> Result<Option<PathBuf>, CommandError> {
    if !database.try_exists()? {
        return Ok(None);
    }
    // What its log holds belongs into it. One that cannot be opened is moved as it is.
    if let Ok(store) = SqliteStore::open(&OpenSqlite {
        migrate: false,
        ..OpenSqlite::existing(database)
    }) {
        store.close();
    }
    let time = moment(SystemClock.now()).replace(':', "");
    let name = |number: u32| match number {
        0 => beside(database, &format!(".before-{time}")),
        _ => beside(database, &format!(".before-{time}-{number}")),
    };
    let aside = (0..).map(name).find(|path| !path.exists()).unwrap_or_default();
    // Only a database that cannot be opened still has a log.
    for end in BESIDE {
        let log = beside(database, end);
        if log.try_exists()? {
            std::fs::rename(&log, beside(&aside, end))?;
        }
    }
    // The file keeps its own name until the copy takes it: there is a database at every moment.
    std::fs::hard_link(database, &aside).or_else(|_| std::fs::rename(database, &aside))?;
    Ok(Some(aside))
}

fn remove(copy: &Path) -> Result<(), CommandError> {
    for end in BESIDE.into_iter().chain([""]) {
        match std::fs::remove_file(beside(copy, end)) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(cause.into()),
            _ => {}
        }
    }
    Ok(())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}
