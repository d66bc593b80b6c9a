//! Adding an app that shows one-time codes.

use serde::Serialize;

use super::qr::{self, Picture};
use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::text;

/// Shows the secret and asks for the first code; posts to `/account/sign-in-methods/app/` with `secret`, `code`, `name` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct AddTotp {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The secret as a QR code.
    pub(crate) picture: Option<Picture>,
    /// The secret as text, in groups of four letters.
    pub(crate) secret: String,
    /// Field `secret`: the secret, sealed.
    pub(crate) sealed: String,
    /// Field `name`.
    pub(crate) name: String,
    /// Errors of fields.
    pub(crate) errors: Vec<FieldError>,
}

impl View for AddTotp {
    const TEMPLATE: &'static str = "totp_add.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::person_sample(),
            picture: qr::picture(
                "otpauth://totp/Pixie:alice?secret=SAMPLESAMPLESAMPLESAMPLESAMPLESA&issuer=Pixie",
            ),
            secret: "SAMP LESA MPLE SAMP LESA MPLE SAMP LESA".into(),
            sealed: "sealed".into(),
            name: String::new(),
            errors: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let refused = Self {
            name: "Phone".into(),
            errors: vec![FieldError::new("code", text!("totp-add-wrong"))],
            ..Self::sample()
        };
        vec![("refused", refused)]
    }
}
