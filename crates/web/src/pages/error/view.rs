//! The error page: for every failure that may not be sent to a redirect URI (RFC 6749 section 4.1.2.1).

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::{Text, text};

/// Tells the person what happened and what to do, and the developer why. It never links to anything that the request brought.
#[derive(Clone, Serialize)]
pub(crate) struct ErrorPage {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The headline.
    pub(crate) title: Text,
    /// The event, as a sentence.
    pub(crate) happened: Text,
    /// The next step for the person, as a sentence.
    pub(crate) remedy: Text,
    /// The path of the form to open again, if the one that was sent has expired.
    pub(crate) again: Option<String>,
    /// The RFC's error code, if there is one.
    pub(crate) code: Option<String>,
    /// For the developer: the exact reason, as a sentence.
    pub(crate) reason: Option<String>,
    /// The way to sign out, if that is what the application asked for.
    pub(crate) sign_out: Option<SignOut>,
    /// The HTTP status that the page is sent with.
    pub(crate) status: u16,
    /// `true` if the log of the server has a line about it.
    pub(crate) logged: bool,
    /// The request's id, as it is in the log.
    pub(crate) request_id: String,
}

/// How the person signs out although the application's request is refused.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SignOut {
    /// A button: it is known who is signed in.
    Button,
    /// A link to the page that asks: the browser has not sent its cookies.
    Link,
}

impl View for ErrorPage {
    const TEMPLATE: &'static str = "error.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            title: text!("error-authorization.title"),
            happened: text!("error-authorization.unregistered-address"),
            remedy: text!("error-authorization.remedy"),
            again: None,
            code: Some("invalid_request".into()),
            reason: Some("The redirect_uri “http://127.0.0.1:9000/callback” is not one of those registered for client_id_value. It must be the same, character by character.".into()),
            sign_out: None,
            status: 400,
            logged: true,
            request_id: "01K9ZQ7V4T3M8R2B".into(),
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let refused = Self {
            title: text!("error-authorization.title"),
            happened: text!("error-logout.unregistered-address"),
            remedy: text!("error-logout.here"),
            reason: Some("Post_logout_redirect_uri is not registered for this client.".into()),
            sign_out: Some(SignOut::Link),
            ..Self::sample()
        };
        let signed_in = Self {
            layout: Layout::sample(),
            sign_out: Some(SignOut::Button),
            ..refused.clone()
        };
        let not_found = Self {
            layout: Layout::sample(),
            title: text!("error-not-found.title"),
            happened: text!("error-not-found"),
            remedy: text!("error-not-found.remedy"),
            code: None,
            reason: None,
            status: 404,
            logged: false,
            ..Self::sample()
        };
        let expired = Self {
            title: text!("error-expired.title"),
            happened: text!("error-expired"),
            remedy: text!("error-expired.remedy"),
            again: Some("/o/keys/".into()),
            code: None,
            status: 403,
            ..Self::sample()
        };
        vec![
            ("sign-out", signed_in),
            ("sign-out-elsewhere", refused),
            ("not-found", not_found),
            ("expired", expired),
        ]
    }
}
