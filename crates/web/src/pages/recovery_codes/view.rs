//! New recovery codes.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Shows recovery codes right after they were made. Only keyed hashes of them are kept.
#[derive(Clone, Serialize)]
pub(crate) struct ShowRecoveryCodes {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The codes.
    pub(crate) codes: Vec<String>,
    /// The codes as the text of a `data:` address, a line each.
    pub(crate) download: String,
    /// The username that the codes belong to.
    pub(crate) username: String,
    /// The path to which the person goes on.
    pub(crate) next: String,
    /// The request that waits there, if it goes in a form and not in an address.
    pub(crate) request: Option<String>,
}

impl View for ShowRecoveryCodes {
    const TEMPLATE: &'static str = "recovery_codes.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        let codes = [
            "SAMP-LE00-0001",
            "SAMP-LE00-0002",
            "SAMP-LE00-0003",
            "SAMP-LE00-0004",
        ];
        Self {
            layout: Layout::person_sample(),
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            download: codes.join("%0A"),
            username: "alice".into(),
            next: "/o/account/sign-in-methods/".into(),
            request: None,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let by_form = Self {
            request: Some("client_id=client_id_value&response_type=code".into()),
            ..Self::sample()
        };
        vec![("by_form", by_form)]
    }
}
