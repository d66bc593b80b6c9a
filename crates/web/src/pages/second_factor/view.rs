//! The second factor of a sign-in.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::passkey_request::PasskeyRequest;
use crate::templates::View;
use crate::texts::{Text, text};

/// Asks for a code; posts to `/login/second-factor/` with `code`, `with`, `next`, `kept` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct SecondFactorForm {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// Field `kept`: the text of a form that was sent after its session had ended, or empty.
    pub(crate) kept: String,
    /// The username of the account.
    pub(crate) username: String,
    /// True if a recovery code is asked for, and not one of an app.
    pub(crate) with_recovery_code: bool,
    /// True if the person may choose the other kind of code.
    pub(crate) has_other: bool,
    /// True if the account has an app or recovery codes.
    pub(crate) has_codes: bool,
    /// The request for a passkey, if the account has one; posts to the same page with `challenge` and `credential`.
    pub(crate) passkey: Option<PasskeyRequest>,
    /// The reason why the last code was refused.
    pub(crate) error: Option<Text>,
}

impl View for SecondFactorForm {
    const TEMPLATE: &'static str = "second_factor.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            next: "/o/authorize/?client_id=client_id_value&response_type=code".into(),
            kept: String::new(),
            username: "alice".into(),
            with_recovery_code: false,
            has_other: true,
            has_codes: true,
            passkey: Some(PasskeyRequest::sample()),
            error: None,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "without_passkey",
                Self {
                    passkey: None,
                    ..Self::sample()
                },
            ),
            (
                "only_passkey",
                Self {
                    has_codes: false,
                    has_other: false,
                    ..Self::sample()
                },
            ),
            (
                "refused",
                Self {
                    error: Some(text!("second-factor-wrong")),
                    ..Self::sample()
                },
            ),
            (
                "recovery_code",
                Self {
                    with_recovery_code: true,
                    ..Self::sample()
                },
            ),
        ]
    }
}
