//! The consent page (RFC 6749 section 3.1, RFC 8252 section 8.6): the application, its scopes, and the destination of the answer.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::pages::relaxed_redirect::{RelaxedKind, RelaxedRedirect};
use crate::pages::scope_line::ScopeLine;
use crate::templates::View;
use crate::texts::Text;

/// Asks whether an application may act for the person; posts to `/consent/` with `request`, `csrf_token`, `decision` and `on_device`.
#[derive(Clone, Serialize)]
pub(crate) struct Consent {
    /// The layout; the username says who is asked.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The application's name.
    pub(crate) application: String,
    /// The application's client id.
    pub(crate) client_id: String,
    /// True if the application registered itself, so that it chose its name and everything else (OWASP ASVS 10.4.7).
    pub(crate) self_registered: bool,
    /// The person who registered the application, if that was no administrator.
    pub(crate) registered_by: Option<RegisteredBy>,
    /// The application's home page, if registered; only http and https URLs are ever shown as links.
    pub(crate) homepage: Option<String>,
    /// The path of the application's logo, if it is kept.
    pub(crate) logo: Option<String>,
    /// The application's privacy policy, if registered.
    pub(crate) policy: Option<String>,
    /// The application's terms of service, if registered.
    pub(crate) terms: Option<String>,
    /// The requested scopes.
    pub(crate) scopes: Vec<ScopeLine>,
    /// The destination of the answer.
    pub(crate) destination: Destination,
    /// The path within Pixie that lets another person sign in and then comes back to this request.
    pub(crate) another_account: String,
    /// The path to return to from there, if it must not be in an address: the way there is a form.
    pub(crate) another_account_by_form: Option<String>,
    /// True if the answer is remembered. If not, the destination is on the person's device, and field `on_device` asks to remember it.
    pub(crate) remembered: bool,
    /// The query string of the authorization request, with what tells this form from others. It is checked again when it comes back.
    pub(crate) request: String,
}

/// The person who registered an application.
#[derive(Clone, Serialize)]
pub(crate) struct RegisteredBy {
    /// The username; absent if the account is gone.
    pub(crate) username: Option<String>,
    /// The day of the registration, as it is shown.
    pub(crate) since: Text,
}

/// The destination of the authorization response.
#[derive(Clone, Serialize)]
pub(crate) struct Destination {
    /// The kind of redirect URI.
    pub(crate) kind: DestinationKind,
    /// The host with its port for a website and for loopback, the scheme for an app.
    pub(crate) shown: String,
    /// `true` if a request of this application may name another port (RFC 8252 section 7.3).
    pub(crate) any_port: bool,
    /// The redirect URI, if the rules for the application relax it.
    pub(crate) relaxed: Option<RelaxedRedirect>,
}

/// The kinds of redirect URI, as far as a person should tell them apart.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DestinationKind {
    /// A website.
    Website,
    /// A program that listens on this device (RFC 8252 section 7.3).
    Loopback,
    /// An app on this device that claims a private-use scheme (RFC 8252 section 7.1).
    App,
}

impl View for Consent {
    const TEMPLATE: &'static str = "consent.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::person_sample(),
            application: "Garden Planner".into(),
            client_id: "garden-planner".into(),
            self_registered: false,
            registered_by: None,
            homepage: Some("https://garden.example/".into()),
            logo: Some("/o/logos/garden-planner/?v=1".into()),
            policy: Some("https://garden.example/privacy".into()),
            terms: Some("https://garden.example/terms".into()),
            scopes: ScopeLine::samples(),
            destination: Destination {
                kind: DestinationKind::Website,
                shown: "garden.example".into(),
                any_port: false,
                relaxed: None,
            },
            another_account: "/o/login/?next=%2Fo%2Fauthorize%2F%3Fclient_id%3Dgarden-planner".into(),
            another_account_by_form: None,
            remembered: true,
            request: "client_id=garden-planner&response_type=code&scope=read+write".into(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let bare = Self {
            logo: None,
            homepage: None,
            policy: None,
            terms: None,
            ..Self::sample()
        };
        let to = |kind, shown: &str| Self {
            destination: Destination {
                kind,
                shown: shown.into(),
                any_port: kind == DestinationKind::Loopback,
                relaxed: RelaxedRedirect::samples().into_iter().find(|one| match one.kind {
                    RelaxedKind::Wildcard => shown.contains(".preview."),
                    RelaxedKind::PlainHttp => shown.ends_with(":8080"),
                    RelaxedKind::OneWordScheme => false,
                }),
            },
            ..bare.clone()
        };
        vec![
            (
                "wildcard",
                to(DestinationKind::Website, "pr-12.preview.garden.example"),
            ),
            ("plain-http", to(DestinationKind::Website, "garden.example:8080")),
            (
                "loopback",
                Self {
                    self_registered: true,
                    remembered: false,
                    ..to(DestinationKind::Loopback, "127.0.0.1:8001")
                },
            ),
            (
                "app",
                Self {
                    remembered: false,
                    ..to(DestinationKind::App, "com.example.garden")
                },
            ),
            (
                "by-form",
                Self {
                    another_account: "/o/login/".into(),
                    another_account_by_form: Some("/o/authorize/?client_id=garden-planner".into()),
                    ..Self::sample()
                },
            ),
            (
                "registered-by-a-person",
                Self {
                    registered_by: Some(RegisteredBy {
                        username: Some("bob".into()),
                        since: day(Timestamp::from_seconds(1_793_664_000)),
                    }),
                    ..bare.clone()
                },
            ),
            (
                "no-scope",
                Self {
                    scopes: Vec::new(),
                    ..bare.clone()
                },
            ),
        ]
    }
}
