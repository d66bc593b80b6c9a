//! `[secrets]`: the key that protects what is stored.

use std::path::PathBuf;

use super::Hidden;
use super::key::section;

section! {
    /// The master key, which seals the signing keys and all else that must be stored and read back. Who loses it loses
    /// those; who leaks it leaks those.
    Secrets = "secrets" {
        /// The master key itself. Better in the environment or in a file of its own than here.
        master_key: Option<Hidden> = None;
        /// The file with the master key. If neither is set, `master.key` in the data folder, made at the first start.
        master_key_file: Option<PathBuf> = None;
    }
}
