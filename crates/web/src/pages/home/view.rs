//! The home page.

use serde::Serialize;

use crate::pages::layout::Chrome;
use crate::templates::View;

/// Where a person finds everything: the pages of their account, and the addresses that a developer needs.
#[derive(Clone, Serialize)]
pub(crate) struct Home {
    /// The page's frame; the username says who is signed in, if anybody is.
    pub(crate) chrome: Chrome,
    /// The issuer (RFC 8414 section 2).
    pub(crate) issuer: String,
    /// The URL of the issuer's metadata.
    pub(crate) metadata_url: String,
}

impl View for Home {
    const TEMPLATE: &'static str = "home.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            chrome: Chrome::sample(),
            issuer: "http://localhost:8000/o".into(),
            metadata_url: "http://localhost:8000/.well-known/oauth-authorization-server/o".into(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "anonymous",
                Self {
                    chrome: Chrome::anonymous_sample(),
                    ..Self::sample()
                },
            ),
        ]
    }
}
