//! The page on which somebody who has forgotten their password asks for a link.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::text;

/// Asks for the username; posts to `/forgotten-password/` with `username` and `csrf_token`. Afterwards it says what happens, the same for every
/// name.
#[derive(Clone, Serialize)]
pub(crate) struct ForgottenPassword {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The username that is filled in.
    pub(crate) username: String,
    /// True after a request.
    pub(crate) sent: bool,
    /// The errors, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for ForgottenPassword {
    const TEMPLATE: &'static str = "forgotten_password.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            username: String::new(),
            sent: false,
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let sent = Self {
            sent: true,
            ..Self::sample()
        };
        let refused = Self {
            username: "alice".into(),
            errors: vec![FieldError::new("username", text!("forgotten-password-slow-down"))],
            ..Self::sample()
        };
        vec![("sent", sent), ("refused", refused)]
    }
}
