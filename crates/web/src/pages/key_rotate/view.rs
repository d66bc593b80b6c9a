//! The question before a signing key is rotated.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::moment::{in_words, minute};
use crate::templates::View;
use crate::texts::Text;

/// The question before a key is rotated, at `/keys/…/rotate/`.
#[derive(Clone, Serialize)]
pub(crate) struct RotateKey {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// JWA name.
    pub(crate) algorithm: String,
    /// The value of the form's field: `next` or `now`.
    pub(crate) when: &'static str,
    /// The time for which the next key is published before it signs, such as `1 hour`.
    pub(crate) publish_ahead: Text,
    /// The time until which the previous key is published.
    pub(crate) kept_until: Text,
}

impl View for RotateKey {
    const TEMPLATE: &'static str = "key_rotate.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            algorithm: "ES256".into(),
            when: "next",
            publish_ahead: in_words(3600),
            kept_until: minute(Timestamp::from_seconds(1_795_948_500)),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        vec![(
            "now",
            Self {
                when: "now",
                ..Self::sample()
            },
        )]
    }
}
