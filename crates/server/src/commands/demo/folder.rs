//! The demo's data folder: a temporary one that is removed at the end, or a named one that is kept.
//!
//! The passwords of the demo's accounts are public, so the demo never makes them in a folder that a server uses.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thiserror::Error;

use crate::open::{OpenError, make_folder, private_file};

/// The file that marks a folder as a demo's.
const MARK: &str = "this-is-a-demo";

/// The data folder of the demo cannot be used.
#[derive(Debug, Error)]
pub(super) enum FolderError {
    #[error("no temporary folder can be made ({0}); name a folder with --data")]
    Temporary(io::Error),
    #[error("{}: the folder cannot be used ({cause}); name another with --data", path.display())]
    Unusable { path: PathBuf, cause: io::Error },
    #[error(
        "{}: the folder is not empty and not a demo's; name a new one with --data (the demo makes accounts with public \
         passwords)", .0.display()
    )]
    NotADemo(PathBuf),
    #[error("{}: the demo's data cannot be removed ({cause}); remove the folder by hand", path.display())]
    Leftover { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    NotMade(#[from] OpenError),
}

/// A data folder.
pub(super) enum Folder {
    /// Removed at the end.
    Temporary(TempDir),
    /// The folder that the user named; it is not deleted at the end.
    Named(PathBuf),
}

impl Folder {
    pub(super) fn open(named: Option<PathBuf>) -> Result<Self, FolderError> {
        match named {
            Some(path) => {
                mark(&path)?;
                Ok(Self::Named(path))
            }
            None => temporary().map(Self::Temporary).map_err(FolderError::Temporary),
        }
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Named(path) => path,
        }
    }

    pub(super) fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary(_))
    }

    pub(super) fn remove(self) -> Result<(), FolderError> {
        let path = self.path().to_owned();
        match self {
            Self::Temporary(folder) => folder
                .close()
                .map_err(|cause| FolderError::Leftover { path, cause }),
            Self::Named(_) => Ok(()),
        }
    }
}

/// A temporary folder that only its owner may read.
fn temporary() -> io::Result<TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("pixie-demo-");
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    folder.tempdir()
}

/// Marks a folder as a demo's, if it is new, empty or a demo's already.
fn mark(path: &Path) -> Result<(), FolderError> {
    make_folder(path)?;
    let failed = |cause| FolderError::Unusable {
        path: path.to_owned(),
        cause,
    };
    let mark = path.join(MARK);
    let is_empty = std::fs::read_dir(path).map_err(failed)?.next().is_none();
    if !is_empty && !mark.try_exists().map_err(failed)? {
        return Err(FolderError::NotADemo(path.to_owned()));
    }
    private_file()
        .create(true)
        .truncate(false)
        .open(mark)
        .map_err(failed)?;
    Ok(())
}
