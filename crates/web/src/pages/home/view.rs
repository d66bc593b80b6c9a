//! The home page.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Links to the pages of a person's account, and the addresses that a developer needs.
#[derive(Clone, Serialize)]
pub(crate) struct Home {
    /// The layout; the username says who is signed in, if anybody is.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The issuer (RFC 8414 section 2).
    pub(crate) issuer: String,
    /// The URL of the issuer's metadata.
    pub(crate) metadata_url: String,
}

impl View for Home {
    const TEMPLATE: &'static str = "home.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            issuer: "http://localhost:8000/o".into(),
            metadata_url: "http://localhost:8000/.well-known/oauth-authorization-server/o".into(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let with = |layout| Self {
            layout,
            ..Self::sample()
        };
        vec![
            ("person", with(Layout::person_sample())),
            ("anonymous", with(Layout::anonymous_sample())),
        ]
    }
}
