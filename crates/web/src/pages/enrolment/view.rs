//! Adding an app to complete a sign-in.

use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::pages::totp_add::qr::{self, Picture};
use crate::templates::View;
use crate::texts::{Text, text};

/// Shows the secret and asks for the first code; posts to `/login/second-factor/app/` with `secret`, `code`, `name`, `later`, `next`, `kept`
/// and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct EnrolmentForm {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// Field `kept`: the text of a form that was sent after its session had ended, or empty.
    pub(crate) kept: String,
    /// The name of the application that asks for the sign-in, if it is known.
    pub(crate) application: Option<String>,
    /// The day from which a second step is required; `None` if it is now. Before it, the field `later` puts it off.
    pub(crate) required_from: Option<Text>,
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

impl View for EnrolmentForm {
    const TEMPLATE: &'static str = "enrolment.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            next: "/o/authorize/?client_id=client_id_value&response_type=code".into(),
            kept: String::new(),
            application: Some("my-sexy-spa".into()),
            required_from: None,
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
        vec![
            (
                "suggested",
                Self {
                    application: None,
                    required_from: Some(day(pixie_provider::Timestamp::from_seconds(1_793_698_260))),
                    ..Self::sample()
                },
            ),
            (
                "refused",
                Self {
                    name: "Phone".into(),
                    errors: vec![FieldError::new("code", text!("totp-add-wrong"))],
                    ..Self::sample()
                },
            ),
        ]
    }
}
