//! Errors of the demo. Each message says what is wrong and what to do.

use std::io;

use pixie_listen::ListenError;
use pixie_oauth::{IssuerError, OriginError, ScopeError};
use pixie_provider::ApplyError;
use thiserror::Error;

/// The demo cannot start.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A port cannot be bound.
    #[error(
        "port {port} of this machine cannot be used ({}); choose another with {flag}, or {flag} 0 for any free one",
        reason(cause)
    )]
    Port {
        /// The port.
        port: u16,
        /// The flag of `pixie demo` that chooses another.
        flag: &'static str,
        /// The error of the listener.
        cause: ListenError,
    },
    /// The applications and people of the walkthrough cannot be registered.
    #[error(
        "the data folder has something that the demo cannot work with: {0}; choose a new folder with --data"
    )]
    Apply(#[from] ApplyError),
    /// The applications of the walkthrough cannot be read.
    #[error("the demo's own applications cannot be read: {0}")]
    Registered(#[from] serde_json::Error),
    /// The issuer cannot be read.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
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
