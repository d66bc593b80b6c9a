//! The lock of the data folder: one server at a time.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{OpenError, private_file};
use crate::config::Config;

/// The lock of a data folder, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct ServeLock {
    _file: File,
}

impl ServeLock {
    /// Takes the lock of the configured data folder, which must be there, and notes this process in its file.
    ///
    /// # Errors
    /// Another process holds it, or the file cannot be made.
    pub fn take(config: &Config) -> Result<Self, OpenError> {
        let path = config.server.data.join("serve.lock");
        let failed = |cause| OpenError::File {
            path: path.clone(),
            cause,
        };
        let mut file = private_file()
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(served(&path, &mut file)),
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(failed)?;
        Ok(Self { _file: file })
    }
}

fn served(path: &Path, file: &mut File) -> OpenError {
    let mut text = String::new();
    let process = file.read_to_string(&mut text).ok();
    OpenError::Served {
        path: PathBuf::from(path),
        process: process.and_then(|_| text.trim().parse().ok()),
    }
}
