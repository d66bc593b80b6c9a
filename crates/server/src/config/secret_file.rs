//! A file that holds one secret.

use std::path::Path;

use zeroize::Zeroizing;

/// The secret in a file. A line break at the end of the file is not part of it.
pub(super) fn read_secret_file(path: &Path) -> std::io::Result<Zeroizing<String>> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new)?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
