//! The login page.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Asks for username and password; posts to `/login/` with `username`, `password`, `next` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct Login {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// The username that is filled in; empty at first.
    pub(crate) username: String,
    /// The name of the application that asks for the login, if it is known.
    pub(crate) application: Option<String>,
    /// The address of the application's picture, if registered.
    pub(crate) logo: Option<String>,
    /// The application's privacy policy, if registered.
    pub(crate) policy: Option<String>,
    /// The application's terms of service, if registered.
    pub(crate) terms: Option<String>,
    /// The address of the sign-up page, if people may create accounts.
    pub(crate) sign_up: Option<String>,
    /// The reason to sign in again, as a sentence.
    pub(crate) notice: Option<String>,
    /// The reason why the last attempt was refused.
    pub(crate) error: Option<String>,
    /// The seconds until the next attempt is accepted, if attempts are slowed down.
    pub(crate) wait_seconds: Option<u64>,
}

impl View for Login {
    const TEMPLATE: &'static str = "login.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
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
        let error = Some("Incorrect username or password.".into());
        let slowed = Some("Too many failed attempts.".into());
        let notice = Some("The application asks you to sign in again.".into());
        vec![
            (
                "refused",
                Self {
                    username: "alice".into(),
                    error,
                    ..Self::sample()
                },
            ),
            (
                "slowed",
                Self {
                    username: "alice".into(),
                    error: slowed,
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
