//! The request for a passkey, as a form has it.

use serde::Serialize;

/// The script of the form reads the options; the challenge comes back with the answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PasskeyRequest {
    /// The options in JSON.
    pub(crate) options: String,
    /// Field `challenge`.
    pub(crate) challenge: String,
}

impl PasskeyRequest {
    /// A request for samples of pages.
    pub(crate) fn sample() -> Self {
        Self {
            options: r#"{"challenge":"c2FtcGxl"}"#.into(),
            challenge: "sealed".into(),
        }
    }
}
