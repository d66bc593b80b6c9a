//! The page on which people create accounts.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::templates::View;
use crate::texts::text;

/// Asks for username, name, e-mail address and password; posts to `/sign-up/` with `username`, `name`, `email`, `password`, `password_again`, `next` and
/// `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct SignUp {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// The name of the application that asks, if it is known.
    pub(crate) application: Option<String>,
    /// The redirect URI of the request, if the rules for the application relax it.
    pub(crate) relaxed_uri: Option<RelaxedRedirect>,
    /// The username that is filled in.
    pub(crate) username: String,
    /// The name that is filled in.
    pub(crate) name: String,
    /// The e-mail address that is filled in.
    pub(crate) email: String,
    /// The minimum number of characters of a password.
    pub(crate) password_length: usize,
    /// True if people need an invitation: there is no form then.
    pub(crate) by_invitation: bool,
    /// The address of the login page, for those who have an account.
    pub(crate) sign_in: String,
    /// True if the way there is a form with `next`, which must not be in an address.
    pub(crate) sign_in_by_form: bool,
    /// The errors, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for SignUp {
    const TEMPLATE: &'static str = "sign_up.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            next: "/o/authorize/?client_id=client_id_value&response_type=code".into(),
            application: Some("my-sexy-spa".into()),
            relaxed_uri: None,
            username: String::new(),
            name: String::new(),
            email: String::new(),
            password_length: 8,
            by_invitation: false,
            sign_in: "/o/login/?next=%2Fo%2Fauthorize%2F".into(),
            sign_in_by_form: false,
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let errors = vec![
            FieldError::new("username", text!("refusal-username-taken")),
            FieldError::new("password_again", text!("form-passwords-differ")),
        ];
        let refused = Self {
            username: "alice".into(),
            name: "Alice Example".into(),
            errors,
            ..Self::sample()
        };
        let by_form = Self {
            sign_in: "/o/login/".into(),
            relaxed_uri: RelaxedRedirect::samples().pop(),
            sign_in_by_form: true,
            ..Self::sample()
        };
        let by_invitation = |sample| Self {
            by_invitation: true,
            ..sample
        };
        vec![
            ("refused", refused),
            ("by-form", by_form.clone()),
            ("by-invitation", by_invitation(Self::sample())),
            ("by-invitation-and-form", by_invitation(by_form)),
        ]
    }
}
