//! Signing out: the question and the answer.

use serde::Serialize;

use crate::pages::layout::Chrome;
use crate::templates::View;

/// Asks whether to sign out, because a link from elsewhere must not do it; posts to `/logout/` with `csrf_token`, `request` and
/// `next`.
#[derive(Clone, Serialize)]
pub(crate) struct Logout {
    /// The page's frame; the username says who would be signed out.
    pub(crate) chrome: Chrome,
    /// The application that asks for it, if it said which one it is.
    pub(crate) application: Option<String>,
    /// What the person should know before answering, as a sentence.
    pub(crate) notice: Option<String>,
    /// The application's request as it came, a query.
    pub(crate) request: String,
    /// The path within Pixie to go to afterwards; empty for the page that says that it is done.
    pub(crate) next: String,
}

impl View for Logout {
    const TEMPLATE: &'static str = "logout.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            chrome: Chrome::sample(),
            application: Some("my-sexy-spa".into()),
            notice: Some("The application asked to sign out somebody else than you.".into()),
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
