//! The page on which somebody with a link chooses another password.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::text;

/// Asks for a new password; posts to `/reset-password/` with `password`, `password_again`, `end_others`, `instead` and `csrf_token`. The
/// secret of the link is in a cookie.
#[derive(Clone, Serialize)]
pub(crate) struct ResetPassword {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The username of the account.
    pub(crate) username: String,
    /// True if the other credentials of the account go with the old password.
    pub(crate) removes_factors: bool,
    /// The minimum number of characters of a password.
    pub(crate) password_length: usize,
    /// True if the choice to end other sessions is checked.
    pub(crate) end_others: bool,
    /// True if somebody who is signed in goes on as somebody else.
    pub(crate) instead: bool,
    /// The errors, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for ResetPassword {
    const TEMPLATE: &'static str = "reset_password.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            username: "alice".into(),
            removes_factors: false,
            password_length: 8,
            end_others: true,
            instead: false,
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let refused = Self {
            errors: vec![FieldError::new("password_again", text!("form-passwords-differ"))],
            instead: true,
            end_others: false,
            ..Self::sample()
        };
        let removes_factors = Self {
            removes_factors: true,
            ..Self::sample()
        };
        vec![("refused", refused), ("removes_factors", removes_factors)]
    }
}
