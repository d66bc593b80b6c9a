//! The page behind the one-time link that creates the first administrator.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::text;

/// Asks for the first administrator's name and password; posts to `/setup/` with `token`, `username`, `password`, `password_again`
/// and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct Setup {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The one-time token of the link.
    pub(crate) token: String,
    /// The username that is filled in; empty at first.
    pub(crate) username: String,
    /// The minimum number of characters of a password.
    pub(crate) password_length: usize,
    /// The errors, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for Setup {
    const TEMPLATE: &'static str = "setup.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            token: "sample-one-time-token".into(),
            username: String::new(),
            password_length: 12,
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let errors = vec![
            FieldError::new("password", text!("refusal-password-short", length = 12_usize)),
            FieldError::new("password_again", text!("form-passwords-differ")),
        ];
        vec![(
            "refused",
            Self {
                username: "alice".into(),
                errors,
                ..Self::sample()
            },
        )]
    }
}
