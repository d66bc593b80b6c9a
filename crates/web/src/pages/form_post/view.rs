//! The page that carries an answer to an application by a form.

use serde::Serialize;

use crate::pages::hidden_field::HiddenField;
use crate::pages::layout::Layout;
use crate::templates::View;

/// Sends the fields to the application, by its script or by the person.
#[derive(Clone, Serialize)]
pub(crate) struct FormPost {
    /// The layout, without a person.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The address that the form is sent to.
    pub(crate) action: String,
    /// The same, for the person to read.
    pub(crate) destination: String,
    /// The fields.
    pub(crate) fields: Vec<HiddenField>,
    /// The nonce of the script.
    pub(crate) nonce: String,
}

impl View for FormPost {
    const TEMPLATE: &'static str = "form_post.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            action: "https://app.example/callback".into(),
            destination: "app.example".into(),
            fields: HiddenField::of([("code", "sample-code"), ("state", "sample-state")]),
            nonce: "sample-nonce".into(),
        }
    }
}
