//! The question for a passkey, as a form has it.

use serde::Serialize;

/// The script of the form reads the options; the challenge comes back with the answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PasskeyQuestion {
    /// The options in JSON.
    pub(crate) options: String,
    /// Field `challenge`.
    pub(crate) challenge: String,
}

impl PasskeyQuestion {
    /// A question for samples of pages.
    pub(crate) fn sample() -> Self {
        Self {
            options: r#"{"challenge":"c2FtcGxl"}"#.into(),
            challenge: "sealed".into(),
        }
    }
}
