//! One of the ways in which a person signs in.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::templates::View;
use crate::texts::Text;

/// A credential, at `/account/sign-in-methods/<id>/`; posts to it with `action` (`rename` or `remove`), `name`, `end_others` and
/// `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct ManageCredential {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The last part of the path.
    pub(crate) id: String,
    /// True if it is a passkey, and not an app.
    pub(crate) passkey: bool,
    /// Field `name`.
    pub(crate) name: String,
    /// The day on which it was added, as it is shown.
    pub(crate) since: Text,
    /// Errors of fields.
    pub(crate) errors: Vec<FieldError>,
    /// The name of the upstream provider, if it is an identity there.
    pub(crate) upstream: Option<String>,
}

impl View for ManageCredential {
    const TEMPLATE: &'static str = "credential.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::person_sample(),
            id: "1".into(),
            passkey: false,
            name: "Phone".into(),
            since: day(Timestamp::from_seconds(1_793_664_000)),
            errors: Vec::new(),
            upstream: None,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let link = Self {
            name: "alice@example.com".into(),
            upstream: Some("Google".into()),
            ..Self::sample()
        };
        let passkey = Self {
            passkey: true,
            ..Self::sample()
        };
        vec![("link", link), ("passkey", passkey)]
    }
}
