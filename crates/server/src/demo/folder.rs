//! The demo's data folder: a temporary one that is removed at the end, or one that the person names and keeps.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::DemoError;

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
            Some(path) => Ok(Self::Named(path)),
            None => tempfile::Builder::new()
                .prefix("pixie-demo-")
                .tempdir()
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
