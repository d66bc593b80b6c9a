//! Why there is no demo, each as a sentence that says what to do.

use std::io;
use std::path::PathBuf;

use pixie_oauth::{OriginError, ScopeError};
use pixie_provider::ApplyError;
use thiserror::Error;

use pixie_listen::ListenError;
use crate::open::NotOpened;

/// Why there is no demo.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A port cannot be had.
    #[error(
        "port {port} of this machine cannot be used ({}); choose another with {flag}, or {flag} 0 for any free one",
        reason(cause)
    )]
    Port {
        /// The port.
        port: u16,
        /// The flag that chooses another.
        flag: &'static str,
        /// What went wrong.
        cause: ListenError,
    },
    /// No temporary folder can be made.
    #[error("no temporary folder can be made ({0}); name a folder with --data")]
    TemporaryFolder(io::Error),
    /// The folder cannot be read or written.
    #[error("{}: the folder cannot be used ({cause}); name another with --data", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The folder has something else in it.
    #[error(
        "{}: the folder is not empty and not a demo's; name a new one with --data (the demo makes accounts whose passwords \
         everybody knows)", .0.display()
    )]
    NotADemo(PathBuf),
    /// The temporary folder cannot be removed.
    #[error("{}: the demo's data cannot be removed ({cause}); remove the folder by hand", path.display())]
    Leftover {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The data folder cannot be used.
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
    /// The applications and people of the walkthrough cannot be registered.
    #[error(
        "the data folder has something that the demo cannot work with: {0}; choose a new folder with --data"
    )]
    Apply(#[from] ApplyError),
    /// The applications of the walkthrough cannot be read.
    #[error("the demo's own applications cannot be read: {0}")]
    Registered(#[from] serde_json::Error),
    /// The scope of the API cannot be read.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The origin of the API cannot be read.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The origin of the app cannot stand in a header.
    #[error(transparent)]
    Header(#[from] http::header::InvalidHeaderValue),
    /// The pages cannot be drawn.
    #[error(transparent)]
    Pages(#[from] pixie_web::TemplateError),
}

fn reason(cause: &ListenError) -> String {
    match cause {
        ListenError::Bind { cause, .. } if cause.kind() == io::ErrorKind::AddrInUse => {
            "another program uses it".to_owned()
        }
        ListenError::Bind { cause, .. } => cause.to_string(),
        other => other.to_string(),
    }
}
