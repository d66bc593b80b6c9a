//! The question before signing out.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::{Text, text};

/// Asks whether to sign out, because a link from elsewhere must not do it; posts to `/logout/` with `csrf_token`, `request` and
/// `next`.
#[derive(Clone, Serialize)]
pub(crate) struct Logout {
    /// The layout; the username says who would be signed out.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The application that asks for it, if it said which one it is.
    pub(crate) application: Option<String>,
    /// A warning before the answer, as a sentence.
    pub(crate) notice: Option<Text>,
    /// The application's request as it came, a query.
    pub(crate) request: String,
    /// The path within Pixie to go to afterwards; empty for the page that says it is done.
    pub(crate) next: String,
}

impl View for Logout {
    const TEMPLATE: &'static str = "logout.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            application: Some("my-sexy-spa".into()),
            notice: Some(text!("logout-another-person")),
            request: "client_id=client_id_value".into(),
            next: String::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let own = Self {
            application: None,
            notice: None,
            request: String::new(),
            ..Self::sample()
        };
        vec![("own", own)]
    }
}
