//! The list of the applications that a person has allowed.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::pages::scope_line::ScopeLine;
use crate::templates::View;
use crate::texts::Text;

/// The applications with access to the person's account, at `/authorized_tokens/`.
#[derive(Clone, Serialize)]
pub(crate) struct AuthorizedApplications {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The applications that the person has allowed, in the order they are shown.
    pub(crate) authorized: Vec<AuthorizedApplication>,
    /// The applications that an administrator trusts, about which nobody was asked.
    pub(crate) trusted: Vec<AuthorizedApplication>,
}

/// An application with access to the account.
#[derive(Clone, Serialize)]
pub(crate) struct AuthorizedApplication {
    /// The last part of the path that takes it back.
    pub(crate) id: String,
    /// The application's name.
    pub(crate) application: String,
    /// The application's client id.
    pub(crate) client_id: String,
    /// The scopes that it may use.
    pub(crate) scopes: Vec<ScopeLine>,
    /// The day since which it has access, as it is shown.
    pub(crate) since: Text,
    /// The redirect URIs that the rules for it relax.
    pub(crate) relaxed: Vec<RelaxedRedirect>,
    /// The redirect URIs on the person's device for which they are not asked again.
    pub(crate) device_uris: Vec<String>,
}

impl View for AuthorizedApplications {
    const TEMPLATE: &'static str = "authorized_applications.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        let scopes = ScopeLine::samples();
        let one = |id: &str, application: &str, client_id: &str, scopes: &[ScopeLine], since: i64| {
            AuthorizedApplication {
                id: id.into(),
                application: application.into(),
                client_id: client_id.into(),
                scopes: scopes.to_vec(),
                since: day(Timestamp::from_seconds(since)),
                relaxed: RelaxedRedirect::samples(),
                device_uris: vec!["http://127.0.0.1/callback".into()],
            }
        };
        Self {
            layout: Layout::person_sample(),
            authorized: vec![
                one("7", "Garden Planner", "garden-planner", &scopes, 1_793_664_000),
                one("9", "Reading list", "reading-list", &scopes[..1], 1_795_305_600),
            ],
            trusted: vec![one("11", "Company calendar", "calendar", &scopes, 1_793_491_200)],
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let only_trusted = Self {
            authorized: Vec::new(),
            ..Self::sample()
        };
        let empty = (
            "empty",
            Self {
                authorized: Vec::new(),
                trusted: Vec::new(),
                ..Self::sample()
            },
        );
        vec![empty, ("trusted", only_trusted)]
    }
}
