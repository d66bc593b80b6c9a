//! The layout around the content of every page: name, navigation, signed-in person, request id.

use serde::Serialize;

/// The layout of a page. Templates know it as `chrome`.
#[derive(Clone, Serialize)]
pub(crate) struct Layout {
    /// The name in the header and in the window's title.
    pub(crate) product: String,
    /// The issuer's path without a trailing slash, such as `/o`; empty if Pixie is at the root. All links start with it.
    pub(crate) base: String,
    /// The path of the login page, such as `/o/login/`.
    pub(crate) login: String,
    /// The name of the person who is signed in, if any.
    pub(crate) username: Option<String>,
    /// True if that person is an administrator.
    pub(crate) administrator: bool,
    /// True if that person may see the signing keys.
    pub(crate) may_view_keys: bool,
    /// True if that person may say that an application skips authorization.
    pub(crate) may_trust_clients: bool,
    /// The token that every form of the page carries as `csrf_token`.
    pub(crate) csrf_token: String,
    /// The request's id, as it is in the log.
    pub(crate) request_id: String,
}

impl Layout {
    /// The layout if nobody is signed in.
    pub(crate) fn anonymous_sample() -> Self {
        Self {
            username: None,
            ..Self::person_sample()
        }
    }

    /// The layout for somebody who is no administrator.
    pub(crate) fn person_sample() -> Self {
        Self {
            administrator: false,
            may_view_keys: false,
            may_trust_clients: false,
            ..Self::sample()
        }
    }

    /// The layout for an administrator.
    pub(crate) fn sample() -> Self {
        Self {
            product: "Pixie".into(),
            base: "/o".into(),
            login: "/o/login/".into(),
            username: Some("alice".into()),
            administrator: true,
            may_view_keys: true,
            may_trust_clients: true,
            csrf_token: "sample-csrf-token".into(),
            request_id: "01K9ZQ7V4T3M8R2B".into(),
        }
    }
}
