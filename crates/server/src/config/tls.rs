//! `[tls]`: the certificate, if Pixie speaks TLS itself.

use std::path::PathBuf;
use std::time::Duration;

use super::checks::longer_than_zero;
use super::key::section;

section! {
    /// The certificate, if Pixie speaks TLS itself. Both files, or neither.
    Tls = "tls" {
        /// The certificate and those that lead from it to a root, as one PEM file, Pixie's own first.
        certificate: Option<PathBuf> = None;
        /// The private key of the certificate, as a PEM file.
        key: Option<PathBuf> = None;
        /// How often Pixie looks whether the two files changed. A changed pair is used for new connections; a broken one
        /// is logged and the old one stays.
        reload_interval: Duration = Duration::from_secs(10), if longer_than_zero;
    }
}
