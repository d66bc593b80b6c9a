//! Signing out: the question and the answer.

use serde::Serialize;

use super::Chrome;
use crate::templates::View;

/// Asks whether to sign out, because a link from elsewhere must not do it; posts to `/logout/` with `csrf_token` and `next`.
#[derive(Clone, Serialize)]
pub(crate) struct Logout {
    /// The page's frame; the username says who would be signed out.
    pub(crate) chrome: Chrome,
    /// The path within Pixie to go to afterwards; empty for the page that says that it is done.
    pub(crate) next: String,
}

impl View for Logout {
    const TEMPLATE: &'static str = "logout.html";

    fn sample() -> Self {
        Self {
            chrome: Chrome::sample(),
            next: String::new(),
        }
    }
}

/// Says that the person is signed out.
#[derive(Clone, Serialize)]
pub(crate) struct LoggedOut {
    /// The page's frame, without a person.
    pub(crate) chrome: Chrome,
}

impl View for LoggedOut {
    const TEMPLATE: &'static str = "logged_out.html";

    fn sample() -> Self {
        Self {
            chrome: Chrome::anonymous_sample(),
        }
    }
}
