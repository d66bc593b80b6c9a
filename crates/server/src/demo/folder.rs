//! The demo's data folder: a temporary one that is removed at the end, or one that the person names and keeps.
//!
//! Everybody knows the passwords of the demo's accounts, so that it never makes them in a folder that a server uses.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::DemoError;
use crate::open::{make_folder, private_file};

/// The file that says that a folder is a demo's.
const MARK: &str = "this-is-a-demo";

/// A data folder.
pub(super) enum Folder {
    /// Removed at the end.
    Temporary(TempDir),
    /// Kept.
    Named(PathBuf),
}

impl Folder {
    pub(super) fn open(named: Option<PathBuf>) -> Result<Self, DemoError> {
        match named {
            Some(path) => {
                mark(&path)?;
                Ok(Self::Named(path))
            }
            None => temporary()
                .map(Self::Temporary)
                .map_err(DemoError::TemporaryFolder),
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

    pub(super) fn remove(self) -> Result<(), DemoError> {
        let path = self.path().to_owned();
        match self {
            Self::Temporary(folder) => folder
                .close()
                .map_err(|cause| DemoError::Leftover { path, cause }),
            Self::Named(_) => Ok(()),
        }
    }
}

/// A temporary folder that only its owner may look into.
fn temporary() -> std::io::Result<TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("pixie-demo-");
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    folder.tempdir()
}

/// Makes a folder a demo's that is new, empty or a demo's already.
fn mark(path: &Path) -> Result<(), DemoError> {
    make_folder(path)?;
    let failed = |cause| DemoError::Folder {
        path: path.to_owned(),
        cause,
    };
    let mark = path.join(MARK);
    let is_empty = std::fs::read_dir(path).map_err(failed)?.next().is_none();
    if !is_empty && !mark.try_exists().map_err(failed)? {
        return Err(DemoError::NotADemo(path.to_owned()));
    }
    private_file()
        .create(true)
        .truncate(false)
        .open(mark)
        .map_err(failed)?;
    Ok(())
}
