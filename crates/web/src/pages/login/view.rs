//! The login page.

use serde::Serialize;

use crate::pages::layout::Chrome;
use crate::templates::View;

/// Asks for username and password; posts to `/login/` with `username`, `password`, `next` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct Login {
    /// The page's frame.
    pub(crate) chrome: Chrome,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// The username to start with; empty on the first visit.
    pub(crate) username: String,
    /// The name of the application that asks for the login, if it is known.
    pub(crate) application: Option<String>,
    /// The address of its picture, if registered.
    pub(crate) logo: Option<String>,
    /// Its privacy policy, if registered.
    pub(crate) policy: Option<String>,
    /// Its terms of service, if registered.
    pub(crate) terms: Option<String>,
    /// The address of the page where people make accounts, where they may.
    pub(crate) sign_up: Option<String>,
    /// Why the person has to sign in again, as a sentence.
    pub(crate) notice: Option<String>,
    /// Why the last attempt was refused.
    pub(crate) error: Option<String>,
    /// The seconds until the next attempt is accepted, if attempts are slowed down.
    pub(crate) wait_seconds: Option<u64>,
}

impl View for Login {
    const TEMPLATE: &'static str = "login.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            chrome: Chrome::anonymous_sample(),
            next: "/o/authorize/?client_id=client_id_value&response_type=code".into(),
            username: String::new(),
            application: Some("my-sexy-spa".into()),
            logo: None,
            policy: None,
            terms: None,
            sign_up: None,
            notice: None,
            error: None,
            wait_seconds: None,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let error = Some("The username or the password is not right. Check both and try again.".into());
        let notice = Some("The application asks you to sign in again.".into());
        vec![
            (
                "refused",
                Self {
                    username: "alice".into(),
                    error: error.clone(),
                    ..Self::sample()
                },
            ),
            (
                "slowed",
                Self {
                    username: "alice".into(),
                    error,
                    wait_seconds: Some(8),
                    ..Self::sample()
                },
            ),
            (
                "complete",
                Self {
                    policy: Some("https://garden.example/privacy".into()),
                    terms: Some("https://garden.example/terms".into()),
                    sign_up: Some("/o/sign-up/?next=%2Fo%2Fauthorize%2F".into()),
                    ..Self::sample()
                },
            ),
            (
                "again",
                Self {
                    application: None,
                    notice,
                    ..Self::sample()
                },
            ),
        ]
    }
}
