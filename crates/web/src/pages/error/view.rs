//! The error page: for every failure that may not be sent to a redirect URI (RFC 6749 section 4.1.2.1).

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Tells the person what happened and what to do, and the developer why. It never links to anything that the request brought.
#[derive(Clone, Serialize)]
pub(crate) struct ErrorPage {
    /// The layout. Its request id is shown to be copied.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The headline.
    pub(crate) title: String,
    /// The event, as a sentence.
    pub(crate) happened: String,
    /// The next step for the person, as a sentence.
    pub(crate) remedy: String,
    /// The RFC's error code, if there is one.
    pub(crate) code: Option<String>,
    /// For the developer: the exact reason, as a sentence.
    pub(crate) reason: Option<String>,
    /// The HTTP status that the page is sent with.
    pub(crate) status: u16,
}

impl View for ErrorPage {
    const TEMPLATE: &'static str = "error.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            title: "This sign-in link does not work".into(),
            happened: "The application that sent you here asked for the answer at an address that it has not registered.".into(),
            remedy: "Go back to the application and try again. If it happens again, send its makers the details below.".into(),
            code: Some("invalid_request".into()),
            reason: Some("The redirect_uri “http://127.0.0.1:9000/callback” is not one of those registered for client_id_value. It must be the same, character by character.".into()),
            status: 400,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        vec![(
            "not-found",
            Self {
                layout: Layout::sample(),
                title: "There is no such page".into(),
                happened: "The address does not lead to a page.".into(),
                remedy: "Check the address, or start from the home page.".into(),
                code: None,
                reason: None,
                status: 404,
            },
        )]
    }
}
