//! The page behind the one-time link that creates the first administrator.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Chrome;
use crate::templates::View;

/// Asks for the first administrator's name and password; posts to `/setup/` with `token`, `username`, `password`, `password_again`
/// and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct Setup {
    /// The page's frame.
    pub(crate) chrome: Chrome,
    /// The one-time token of the link.
    pub(crate) token: String,
    /// The username to start with; empty on the first visit.
    pub(crate) username: String,
    /// The least number of characters of a password.
    pub(crate) password_length: usize,
    /// What was refused, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for Setup {
    const TEMPLATE: &'static str = "setup.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            chrome: Chrome::anonymous_sample(),
            token: "sample-one-time-token".into(),
            username: String::new(),
            password_length: 12,
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let errors = vec![
            FieldError::new(
                "password",
                "Use at least 12 characters. A few words in a row are good.",
            ),
            FieldError::new(
                "password_again",
                "The two passwords differ. Type the same one twice.",
            ),
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
