//! Adding a passkey.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::passkey_request::PasskeyRequest;
use crate::templates::View;
use crate::texts::text;

/// Asks the browser for a passkey; posts to `/account/sign-in-methods/passkey/` with `challenge`, `credential`, `name` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct AddPasskey {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The request for the browser.
    pub(crate) request: PasskeyRequest,
    /// Field `name`.
    pub(crate) name: String,
    /// Errors of fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for AddPasskey {
    const TEMPLATE: &'static str = "passkey_add.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::person_sample(),
            request: PasskeyRequest::sample(),
            name: String::new(),
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let refused = Self {
            name: "Phone".into(),
            errors: vec![FieldError::new("passkey", text!("form-passkey-refused"))],
            ..Self::sample()
        };
        vec![("refused", refused)]
    }
}
