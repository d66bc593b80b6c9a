//! The login page.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::notice::Notice;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::pages::upstream_choice::UpstreamChoice;
use crate::templates::View;
use crate::texts::{Text, text};

/// Asks for username and password; posts to `/login/` with `username`, `password`, `persistent`, `next` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct Login {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// Field `kept`: the text of a form that was sent after its session had ended, or empty.
    pub(crate) kept: String,
    /// The username that is filled in; empty at first.
    pub(crate) username: String,
    /// True if people may stay signed in on a device of their own.
    pub(crate) may_persist: bool,
    /// Field `persistent`: true if they chose to.
    pub(crate) persistent: bool,
    /// The name of the application that asks for the login, if it is known.
    pub(crate) application: Option<String>,
    /// The redirect URI of the request, if the rules for the application relax it.
    pub(crate) relaxed_uri: Option<RelaxedRedirect>,
    /// The path of the application's logo, if it is kept.
    pub(crate) logo: Option<String>,
    /// The application's privacy policy, if registered.
    pub(crate) policy: Option<String>,
    /// The application's terms of service, if registered.
    pub(crate) terms: Option<String>,
    /// The address of the sign-up page, if people may create accounts.
    pub(crate) sign_up: Option<String>,
    /// True if the way there is a form with `next`, which must not be in an address.
    pub(crate) sign_up_by_form: bool,
    /// True if people who have forgotten their password get a link by mail.
    pub(crate) sends_mail: bool,
    /// True if people may sign in with a passkey; posts to `/login/passkey/` with `challenge`, `credential`, `next` and `csrf_token`.
    pub(crate) passkeys: bool,
    /// Messages to the password manager, in JSON: a passkey of it is not known here.
    pub(crate) signals: Option<String>,
    /// The reason to sign in again, as a sentence.
    pub(crate) notice: Option<Text>,
    /// The reason why the last attempt was refused.
    pub(crate) error: Option<Text>,
    /// The seconds until the next attempt is accepted, if attempts are slowed down.
    pub(crate) wait_seconds: Option<u64>,
    /// The upstream providers at which people sign in.
    pub(crate) upstreams: Vec<UpstreamChoice>,
}

impl View for Login {
    const TEMPLATE: &'static str = "login.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            next: "/o/authorize/?client_id=client_id_value&response_type=code".into(),
            kept: String::new(),
            username: String::new(),
            may_persist: true,
            persistent: false,
            application: Some("my-sexy-spa".into()),
            relaxed_uri: None,
            logo: None,
            policy: None,
            terms: None,
            sign_up: None,
            sign_up_by_form: false,
            sends_mail: false,
            passkeys: true,
            signals: None,
            notice: None,
            error: None,
            wait_seconds: None,
            upstreams: Vec::new(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let error = Some(text!("login-refused"));
        let slowed = Some(text!("login-slowed-down"));
        let notice = Some(text!("login-again"));
        vec![
            (
                "refused",
                Self {
                    username: "alice".into(),
                    persistent: true,
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
                "passkey-unknown",
                Self {
                    error: Some(text!("form-passkey-unknown")),
                    signals: Some("{}".into()),
                    ..Self::sample()
                },
            ),
            (
                "without-passkeys",
                Self {
                    passkeys: false,
                    ..Self::sample()
                },
            ),
            (
                "complete",
                Self {
                    logo: Some("/o/logos/my-sexy-spa/?v=1".into()),
                    relaxed_uri: RelaxedRedirect::samples().pop(),
                    policy: Some("https://garden.example/privacy".into()),
                    terms: Some("https://garden.example/terms".into()),
                    sign_up: Some("/o/sign-up/?next=%2Fo%2Fauthorize%2F".into()),
                    sends_mail: true,
                    ..Self::sample()
                },
            ),
            (
                "upstreams",
                Self {
                    upstreams: UpstreamChoice::samples(),
                    ..Self::sample()
                },
            ),
            (
                "by-form",
                Self {
                    may_persist: false,
                    sign_up: Some("/o/sign-up/".into()),
                    sign_up_by_form: true,
                    ..Self::sample()
                },
            ),
            (
                "session-ended",
                Self {
                    layout: Layout::anonymous_sample().with_notice(Notice::SessionEndedWithText),
                    next: "/o/applications/register/".into(),
                    kept: "name=Garden+Planner".into(),
                    application: None,
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
