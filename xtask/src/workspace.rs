//! The workspace's folder, and the check for CI.

use crate::outcome::{Outcome, Stopped};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace's Cargo.toml.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The one folder that every build writes to, so that nothing is compiled twice.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |chosen| root().join(chosen))
}

/// Returns `true` if `CI` is set as continuous integration sets it. Then nothing may be skipped.
pub(crate) fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// The names in a folder, each with `true` for a folder.
pub(crate) fn entries(folder: &Path) -> Outcome<BTreeMap<String, bool>> {
    let stopped = |error: std::io::Error| Stopped::because(format!("{}: {error}", folder.display()));
    let mut entries = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(stopped)? {
        let entry = entry.map_err(stopped)?;
        let is_folder = entry.file_type().map_err(stopped)?.is_dir();
        entries.insert(entry.file_name().to_string_lossy().into_owned(), is_folder);
    }
    Ok(entries)
}
