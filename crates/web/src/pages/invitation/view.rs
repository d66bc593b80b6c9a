//! The page on which somebody who was invited makes an account.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::text;

/// Asks for username, name and password; posts to `/invitation/` with `username`, `name`, `password`, `password_again`, `instead` and
/// `csrf_token`. The secret of the link is in a cookie.
#[derive(Clone, Serialize)]
pub(crate) struct Invitation {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The name of the person who made the invitation; none if it was the operator.
    pub(crate) invited_by: Option<String>,
    /// The username that is filled in.
    pub(crate) username: String,
    /// The name that is filled in.
    pub(crate) name: String,
    /// The minimum number of characters of a password.
    pub(crate) password_length: usize,
    /// True if somebody who is signed in goes on as somebody else.
    pub(crate) instead: bool,
    /// The errors, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for Invitation {
    const TEMPLATE: &'static str = "invitation.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            invited_by: Some("Alice Example".into()),
            username: "grandma".into(),
            name: String::new(),
            password_length: 8,
            instead: false,
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let errors = vec![
            FieldError::new("username", text!("refusal-username-taken")),
            FieldError::new("password_again", text!("form-passwords-differ")),
        ];
        let refused = Self {
            errors,
            ..Self::sample()
        };
        let of_operator = Self {
            invited_by: None,
            username: String::new(),
            instead: true,
            ..Self::sample()
        };
        vec![("refused", refused), ("of_operator", of_operator)]
    }
}
