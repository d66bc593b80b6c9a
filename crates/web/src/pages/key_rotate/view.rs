//! The question before a signing key is rotated.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

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
    pub(crate) publish_ahead: String,
    /// The time until which the previous key is published.
    pub(crate) kept_until: String,
}

impl View for RotateKey {
    const TEMPLATE: &'static str = "key_rotate.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            algorithm: "ES256".into(),
            when: "next",
            publish_ahead: "1 hour".into(),
            kept_until: "29 November 2026, 10:35 UTC".into(),
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
