//! The page that sends the browser to a client.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Sends the browser to an address of the client, by its script or by the person.
#[derive(Clone, Serialize)]
pub(crate) struct GoOn {
    /// The layout, without a person.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The host or the scheme of the address, for the person to read.
    pub(crate) destination: String,
    /// The address: a redirect URI of the client, with the answer.
    pub(crate) address: String,
    /// The nonce of the script.
    pub(crate) nonce: String,
}

impl View for GoOn {
    const TEMPLATE: &'static str = "go_on.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            destination: "app.example".into(),
            address: "https://app.example/callback?code=sample-code&state=sample-state".into(),
            nonce: "sample-nonce".into(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let native = Self {
            destination: "cursor".into(),
            address: "cursor://callback?code=sample-code".into(),
            ..Self::sample()
        };
        vec![("native", native)]
    }
}
