//! A sign-in at an upstream provider that has failed.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::{Text, text};

/// Says what happened and what to do. "Try again" posts to `/login/upstream/<id>/` with `next` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct UpstreamProblem {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The id of the provider.
    pub(crate) upstream: String,
    /// The name of the provider.
    pub(crate) upstream_name: String,
    /// The headline.
    pub(crate) title: Text,
    /// The event, as a sentence.
    pub(crate) happened: Text,
    /// The next step for the person, as a sentence.
    pub(crate) remedy: Text,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// The address of the login page.
    pub(crate) login: String,
    /// True if the way there is a form with `next`, which must not be in an address.
    pub(crate) login_by_form: bool,
    /// The path of the sign-in methods, if the person is signed in and wanted to link an identity.
    pub(crate) methods: Option<String>,
    /// The request's id, if the log says more.
    pub(crate) request_id: Option<String>,
}

impl View for UpstreamProblem {
    const TEMPLATE: &'static str = "upstream_sign_in.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            upstream: "google".into(),
            upstream_name: "Google".into(),
            title: text!("upstream-sign-in-cancelled.title"),
            happened: text!("upstream-sign-in-cancelled", upstream = "Google"),
            remedy: text!("upstream-sign-in-again"),
            next: "/o/authorize/?client_id=client_id_value&response_type=code".into(),
            login: "/o/login/?next=%2Fo%2Fauthorize%2F".into(),
            login_by_form: false,
            methods: None,
            request_id: None,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let failed = Self {
            title: text!("upstream-sign-in-failed.title"),
            happened: text!("upstream-sign-in-failed", upstream = "Google"),
            remedy: text!("upstream-sign-in-operator"),
            login: "/o/login/".into(),
            login_by_form: true,
            request_id: Some("01K9ZQ7V4T3M8R2B".into()),
            ..Self::sample()
        };
        let somebody_else = Self {
            layout: Layout::person_sample(),
            title: text!("upstream-sign-in-somebody-else.title"),
            happened: text!("upstream-sign-in-somebody-else", upstream = "Google"),
            remedy: text!("upstream-sign-in-somebody-else.remedy", upstream = "Google"),
            methods: Some("/o/account/sign-in-methods/".into()),
            ..Self::sample()
        };
        vec![("failed", failed), ("somebody-else", somebody_else)]
    }
}
