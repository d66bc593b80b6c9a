//! Changing one's own password.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::text;

/// Asks for a new password; posts to `/account/sign-in-methods/password/` with `password`, `password_again`, `end_others` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct ChangePassword {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The username, for password managers.
    pub(crate) username: String,
    /// Characters that a password has at least.
    pub(crate) password_length: usize,
    /// Errors of fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for ChangePassword {
    const TEMPLATE: &'static str = "password_change.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::person_sample(),
            username: "alice".into(),
            password_length: 8,
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let refused = Self {
            errors: vec![FieldError::new("password_again", text!("form-passwords-differ"))],
            ..Self::sample()
        };
        vec![("refused", refused)]
    }
}
