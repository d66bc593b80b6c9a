//! An identity at an upstream provider that is linked to nobody.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Asks the person to sign in to their account, or if the identity is to be linked to it; posts to `/login/link/` with `action`
/// (`link` or `create`) and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct LinkIdentity {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The name of the provider.
    pub(crate) upstream_name: String,
    /// The text by which the person recognises the identity: an address, or a name.
    pub(crate) label: String,
    /// True if an account has the address.
    pub(crate) address_is_known: bool,
    /// True if the person may create an account instead.
    pub(crate) may_create: bool,
    /// The address of the login page, which returns to this one.
    pub(crate) login: String,
}

impl View for LinkIdentity {
    const TEMPLATE: &'static str = "upstream_link.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            upstream_name: "Google".into(),
            label: "alice@example.com".into(),
            address_is_known: true,
            may_create: true,
            login: "/o/login/?next=%2Fo%2Flogin%2Flink%2F".into(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let unknown = Self {
            address_is_known: false,
            may_create: false,
            ..Self::sample()
        };
        let signed_in = Self {
            layout: Layout::person_sample(),
            ..unknown.clone()
        };
        vec![("unknown", unknown), ("signed-in", signed_in)]
    }
}
