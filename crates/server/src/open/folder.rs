//! The data folder: made at the first start, for its owner alone.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::Path;

use super::OpenError;

/// Makes the folder and those above it, readable by their owner only, unless it is there.
///
/// # Errors
/// It cannot be made, or a file is in its place.
pub fn make_folder(path: &Path) -> Result<(), OpenError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|cause| OpenError::Folder {
        path: path.to_owned(),
        cause,
    })
}

/// Options for a file that only its owner may read.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Puts the names of the files in a file's folder on disk.
///
/// # Errors
/// The error of the system.
pub fn sync_folder_of(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if cfg!(unix) {
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
