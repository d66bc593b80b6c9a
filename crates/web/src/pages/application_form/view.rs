//! The form that registers an application and the form that changes it (the fields of RFC 7591 section 2 that a person sets).

use pixie_oauth::{Kind, Profile, Relaxation};
use serde::Serialize;

use super::choice::{Choice, grant_types, profiles, relaxations};
use super::openid_fields::{Entered, OpenIdFields};
use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::pages::scope_line::ScopeLine;
use crate::templates::View;
use crate::texts::Text;

/// Everything about an application that a person sets; posts to `/applications/register/` or `/applications/<id>/update/`.
#[derive(Clone, Serialize)]
pub(crate) struct ApplicationForm {
    /// The layout. Only somebody who may trust applications sees the field `skip_authorization`.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The last part of the application's path; `None` registers a new one.
    pub(crate) id: Option<String>,
    /// Field `revision`: the application's revision when it was read, so that nobody overwrites another's change.
    pub(crate) revision: i64,
    /// Field `name`.
    pub(crate) name: String,
    /// Field `client_id`: empty at registration to have one made; never changes later.
    pub(crate) client_id: String,
    /// Field `client_type`: `public` or `confidential`; never changes later.
    pub(crate) client_type: String,
    /// Field `grant_types`, of `grant_types(…)`.
    pub(crate) grant_types: Vec<Choice>,
    /// Field `redirect_uris`, one a line.
    pub(crate) redirect_uris: String,
    /// Field `allowed_origins`, one a line.
    pub(crate) allowed_origins: String,
    /// Field `scope`: what the application may ask for, separated by spaces.
    pub(crate) scope: String,
    /// Field `default_scope`: what it gets if it asks for nothing, separated by spaces.
    pub(crate) default_scope: String,
    /// The scopes that the server knows, for the hint.
    pub(crate) known_scopes: Vec<ScopeLine>,
    /// Field `profile`, of `profiles(…)`.
    pub(crate) profiles: Vec<Choice>,
    /// Field `relaxations`, of `relaxations(…)`.
    pub(crate) relaxations: Vec<Choice>,
    /// Field `skip_authorization`.
    pub(crate) skip_authorization: bool,
    /// The fields about OpenID Connect.
    pub(crate) openid: OpenIdFields,
    /// The errors, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl ApplicationForm {
    /// The form for a new application, with what is right for most.
    pub(crate) fn empty(layout: Layout, known_scopes: Vec<ScopeLine>, openid: OpenIdFields) -> Self {
        Self {
            layout,
            id: None,
            revision: 0,
            name: String::new(),
            client_id: String::new(),
            client_type: "public".into(),
            grant_types: grant_types(&["authorization-code", "refresh-token"]),
            redirect_uris: String::new(),
            allowed_origins: String::new(),
            scope: String::new(),
            default_scope: String::new(),
            known_scopes,
            profiles: profiles(Profile::Oauth21),
            relaxations: relaxations(&[]),
            skip_authorization: false,
            openid,
            errors: Vec::new(),
        }
    }
}

impl View for ApplicationForm {
    const TEMPLATE: &'static str = "application_form.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self::empty(
            Layout::sample(),
            ScopeLine::samples(),
            OpenIdFields::sample(|_| Entered::default()),
        )
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let edit = Self {
            id: Some("client_id_value".into()),
            name: "my-sexy-spa".into(),
            client_id: "client_id_value".into(),
            redirect_uris: "http://my-sexy-spa/\nhttp://127.0.0.1:8001/".into(),
            allowed_origins: "http://127.0.0.1:8001".into(),
            scope: "read write".into(),
            default_scope: "read".into(),
            profiles: profiles(Profile::Legacy),
            relaxations: relaxations(&[Relaxation::ShortVerifiers, Relaxation::HttpRedirectUris]),
            skip_authorization: true,
            openid: OpenIdFields {
                open: true,
                ..OpenIdFields::sample(|field| Entered {
                    text: match field.kind {
                        Kind::Keys => "{\n  \"keys\": []\n}".into(),
                        Kind::Texts => "http://my-sexy-spa/\nhttp://127.0.0.1:8001/".into(),
                        _ => "https://my-sexy-spa.example/".into(),
                    },
                    ..Entered::default()
                })
            },
            ..Self::sample()
        };
        let refused = Self {
            layout: Layout::person_sample(),
            redirect_uris: "garden.example/callback".into(),
            scope: "read everything".into(),
            errors: vec![
                FieldError::new(
                    "name",
                    Text::verbatim("Give the application a name; people see it on the consent page.".to_owned()),
                ),
                FieldError::new(
                    "redirect_uris",
                    Text::verbatim("Line 1: “garden.example/callback” has no scheme. Write it in full, such as https://garden.example/callback.".to_owned()),
                ),
                FieldError::new(
                    "scope",
                    Text::verbatim("The scope “everything” is not known. Known are: read, write.".to_owned()),
                ),
            ],
            ..Self::sample()
        };
        vec![("edit", edit), ("refused", refused)]
    }
}
