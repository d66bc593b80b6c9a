//! The master key: from the configuration or its file, and made at the first start.
//!
//! It is only made for a database that has no keys yet: a new one would not open what the old one sealed.

use std::fs::{hard_link, remove_file, rename};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use pixie_provider::{MasterKey, Randomness};
use zeroize::Zeroizing;

use super::folder::sync_folder_of;
use super::{OpenError, make_folder, private_file};
use crate::config::Config;

/// Reads the master key that goes with a database.
///
/// # Errors
/// It is missing, unreadable, or not a key.
pub fn read_master_key(config: &Config) -> Result<MasterKey, OpenError> {
    read(config)?.ok_or_else(|| OpenError::MasterKeyMissing(config.master_key_path()))
}

/// The source of the master key, as messages name it.
pub fn master_key_place(config: &Config) -> String {
    if config.secrets.master_key.is_some() {
        "secrets.master_key".to_owned()
    } else {
        config.master_key_path().display().to_string()
    }
}

/// Writes a master key to a new file that only its owner can read.
///
/// # Errors
/// The file exists, or cannot be written.
pub fn write_master_key(path: &Path, key: &MasterKey) -> Result<(), OpenError> {
    let failed = |cause| OpenError::File {
        path: path.to_owned(),
        cause,
    };
    write_new(path, key).map_err(failed)
}

/// Puts one file with a master key in the place of another, whole or not at all.
///
/// # Errors
/// The folder cannot be written.
pub fn replace_master_key(new: &Path, path: &Path) -> Result<(), OpenError> {
    let failed = |cause| OpenError::File {
        path: path.to_owned(),
        cause,
    };
    rename(new, path)
        .and_then(|()| sync_folder_of(path))
        .map_err(failed)
}

/// Reads the master key, or makes the file in the data folder if there is none.
pub(super) fn read_or_make(config: &Config, randomness: &dyn Randomness) -> Result<MasterKey, OpenError> {
    if let Some(key) = read(config)? {
        return Ok(key);
    }
    let path = config.master_key_path();
    if config.secrets.master_key_file.is_some() {
        return Err(OpenError::MasterKeyFileMissing(path));
    }
    make_folder(&config.server.data)?;
    let key = MasterKey::generate(randomness)?;
    match write_new(&path, &key) {
        Ok(()) => Ok(key),
        // Another process was faster: its key counts.
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => read_master_key(config),
        Err(cause) => Err(OpenError::File { path, cause }),
    }
}

fn read(config: &Config) -> Result<Option<MasterKey>, OpenError> {
    if let Some(key) = &config.secrets.master_key {
        return parse(key.expose(), config).map(Some);
    }
    let path = config.master_key_path();
    match std::fs::read_to_string(&path).map(Zeroizing::new) {
        Ok(text) => {
            warn_of_others(config, &path);
            parse(&text, config).map(Some)
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(OpenError::File { path, cause }),
    }
}

fn parse(text: &str, config: &Config) -> Result<MasterKey, OpenError> {
    MasterKey::parse(text).map_err(|cause| OpenError::NotAMasterKey {
        place: master_key_place(config),
        cause,
    })
}

/// A file that the configuration names may belong to somebody who knows better, such as a container platform.
#[cfg(unix)]
fn warn_of_others(config: &Config, path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let others = std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
    if others && config.secrets.master_key_file.is_none() {
        let path = path.display();
        tracing::warn!("{path} can be read by others on this machine; run `chmod 600 {path}`");
    }
}

#[cfg(not(unix))]
fn warn_of_others(_: &Config, _: &Path) {}

/// Writes the file whole or not at all: a process that is killed leaves no half key behind, and of two that make one
/// at once only one wins.
fn write_new(path: &Path, key: &MasterKey) -> std::io::Result<()> {
    let begun = path.with_extension(format!("key.{}", std::process::id()));
    let written = private_file()
        .create(true)
        .truncate(true)
        .open(&begun)
        .and_then(|mut file| {
            file.write_all(key.expose().as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        })
        .and_then(|()| name(&begun, path));
    drop(remove_file(&begun));
    written.and_then(|()| sync_folder_of(path))
}

/// Gives a whole file its name, unless there is one of that name.
fn name(begun: &Path, path: &Path) -> std::io::Result<()> {
    match hard_link(begun, path) {
        // The file system knows no hard links.
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists && !path.try_exists()? => rename(begun, path),
        named => named,
    }
}
