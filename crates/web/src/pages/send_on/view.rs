//! The page that sends the browser on to another page of ours with a form.

use serde::Serialize;

use crate::pages::hidden_field::HiddenField;
use crate::pages::layout::Layout;
use crate::templates::View;

/// Sends the fields on, by its script or by the person.
#[derive(Clone, Serialize)]
pub(crate) struct SendOn {
    /// The layout, without a person.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The path that the form is sent to.
    pub(crate) action: String,
    /// The fields.
    pub(crate) fields: Vec<HiddenField>,
    /// The nonce of the script.
    pub(crate) nonce: String,
}

impl View for SendOn {
    const TEMPLATE: &'static str = "send_on.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            action: "/o/authorize/".into(),
            fields: HiddenField::of([("pixie_request", "client_id=client_id_value&response_type=code")]),
            nonce: "sample-nonce".into(),
        }
    }
}
