//! The page of one application.

use pixie_oauth::{Profile, Relaxation};
use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::application::try_it::TryIt;
use crate::pages::application_form::choice::{Choice, relaxations};
use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::templates::View;
use crate::texts::tables::profile_title;
use crate::texts::{Text, text};

/// The metadata of one application, and links to change it.
#[derive(Clone, Serialize)]
pub(crate) struct ApplicationDetail {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The last part of the application's path.
    pub(crate) id: String,
    /// The name.
    pub(crate) name: String,
    /// The client id.
    pub(crate) client_id: String,
    /// `public` or `confidential`.
    pub(crate) client_type: String,
    /// True if it has a client secret.
    pub(crate) has_secret: bool,
    /// The grant types' names for people.
    pub(crate) grant_types: Vec<Text>,
    /// The redirect URIs.
    pub(crate) redirect_uris: Vec<String>,
    /// The origins whose pages may call the token endpoint, besides those of the redirect URIs.
    pub(crate) allowed_origins: Vec<String>,
    /// The scopes it may ask for.
    pub(crate) scope: Vec<String>,
    /// The scopes it gets if it asks for none.
    pub(crate) default_scope: Vec<String>,
    /// The profile's name for people.
    pub(crate) profile: Text,
    /// The relaxations of this application, with the protection that each gives up.
    pub(crate) relaxations: Vec<Choice>,
    /// True if the consent page is skipped.
    pub(crate) skip_authorization: bool,
    /// The metadata about OpenID Connect.
    pub(crate) openid: Vec<Fact>,
    /// True if it registered itself (RFC 7591).
    pub(crate) dynamic: bool,
    /// The username of the account that owns it. Only administrators see it, and only if a person registered the application.
    pub(crate) owner: Option<String>,
    /// The day it was registered, as it is shown.
    pub(crate) created: Text,
    /// Commands that try the application out, to be pasted into a shell.
    pub(crate) try_it: Option<String>,
}

/// One line about an application.
#[derive(Clone, Serialize)]
pub(crate) struct Fact {
    /// The name of the metadata.
    pub(crate) label: Text,
    /// The values.
    pub(crate) values: Vec<String>,
}

impl View for ApplicationDetail {
    const TEMPLATE: &'static str = "application.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            id: "client_id_value".into(),
            name: "my-sexy-spa".into(),
            client_id: "client_id_value".into(),
            client_type: "public".into(),
            has_secret: false,
            grant_types: vec![
                text!("application-form-authorization-code"),
                text!("application-form-refresh-token"),
            ],
            redirect_uris: vec!["http://my-sexy-spa/".into(), "http://127.0.0.1:8001/".into()],
            allowed_origins: vec!["http://127.0.0.1:8001".into()],
            scope: vec!["read".into(), "write".into()],
            default_scope: vec!["read".into()],
            profile: profile_title(Profile::Legacy),
            relaxations: relaxations(&[Relaxation::ShortVerifiers, Relaxation::HttpRedirectUris])
                .into_iter()
                .filter(|choice| choice.chosen)
                .collect(),
            skip_authorization: true,
            openid: vec![Fact {
                label: text!("application-authentication"),
                values: vec!["http://my-sexy-spa/".into()],
            }],
            dynamic: false,
            owner: Some("alice".into()),
            created: day(Timestamp::from_seconds(1_795_305_600)),
            try_it: TryIt {
                issuer: "http://localhost:8000/o",
                client_id: "client_id_value",
                confidential: false,
                redirect_uri: Some("http://my-sexy-spa/"),
                scope: "read write",
            }
            .commands(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let machine = Self {
            id: "nightly-reports".into(),
            name: "Nightly reports".into(),
            client_id: "nightly-reports".into(),
            client_type: "confidential".into(),
            has_secret: true,
            grant_types: vec![text!("application-form-client-credentials")],
            redirect_uris: Vec::new(),
            allowed_origins: Vec::new(),
            default_scope: Vec::new(),
            profile: profile_title(Profile::Oauth21),
            relaxations: Vec::new(),
            skip_authorization: false,
            openid: Vec::new(),
            dynamic: true,
            owner: None,
            try_it: TryIt {
                issuer: "http://localhost:8000/o",
                client_id: "nightly-reports",
                confidential: true,
                redirect_uri: None,
                scope: "read",
            }
            .commands(),
            ..Self::sample()
        };
        vec![("machine", machine)]
    }
}
