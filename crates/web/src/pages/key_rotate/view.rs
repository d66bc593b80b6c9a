//! The question before a signing key is rotated.

use serde::Serialize;

use crate::pages::layout::Chrome;
use crate::templates::View;

/// The question before a key is rotated, at `/keys/…/rotate/`.
#[derive(Clone, Serialize)]
pub(crate) struct RotateKey {
    /// The page's frame.
    pub(crate) chrome: Chrome,
    /// JWA name.
    pub(crate) algorithm: String,
    /// What the form says: `next` or `now`.
    pub(crate) when: &'static str,
    /// How long the next key is published before it signs, such as `1 hour`.
    pub(crate) publish_ahead: String,
}

impl View for RotateKey {
    const TEMPLATE: &'static str = "key_rotate.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            chrome: Chrome::sample(),
            algorithm: "ES256".into(),
            when: "next",
            publish_ahead: "1 hour".into(),
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
