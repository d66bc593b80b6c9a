//! The page that carries an answer to an application by a form.

use serde::Serialize;

use crate::pages::layout::Chrome;
use crate::templates::View;

/// One field that nobody sees.
#[derive(Clone, Serialize)]
pub(crate) struct HiddenField {
    /// Its name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
}

/// Sends the fields to the application, by its script or by the person.
#[derive(Clone, Serialize)]
pub(crate) struct FormPost {
    /// The page's frame, without a person.
    pub(crate) chrome: Chrome,
    /// Where the form leads.
    pub(crate) action: String,
    /// The same, for the person to read.
    pub(crate) destination: String,
    /// What is sent.
    pub(crate) fields: Vec<HiddenField>,
    /// The nonce of the script.
    pub(crate) nonce: String,
}

impl View for FormPost {
    const TEMPLATE: &'static str = "form_post.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        let field = |name: &str, value: &str| HiddenField {
            name: name.into(),
            value: value.into(),
        };
        Self {
            chrome: Chrome::anonymous_sample(),
            action: "https://app.example/callback".into(),
            destination: "app.example".into(),
            fields: vec![field("code", "sample-code"), field("state", "sample-state")],
            nonce: "sample-nonce".into(),
        }
    }
}
