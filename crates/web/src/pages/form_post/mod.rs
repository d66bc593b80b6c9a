//! The page that carries an answer to a client by a form (OAuth 2.0 Form Post Response Mode section 2). Its script presses
//! the button; where scripts do not run, the person does.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::RedirectUri;

use crate::failure::Failure;
use crate::respond::{FormLeadsTo, Policy, html};
use crate::visit::Visit;
use view::{FormPost, HiddenField};

/// The page with its form.
pub(crate) fn page(
    visit: &Visit,
    action: &RedirectUri,
    fields: Vec<(&str, &str)>,
) -> Result<Response, Failure> {
    let (chrome, cookie) = visit.page(None)?;
    let nonce = visit.web.new_browser()?;
    let view = FormPost {
        chrome,
        action: action.to_string(),
        destination: action.destination().to_owned(),
        fields: fields
            .into_iter()
            .map(|(name, value)| HiddenField {
                name: name.to_owned(),
                value: value.to_owned(),
            })
            .collect(),
        nonce,
    };
    let policy = Policy {
        script: Some(&view.nonce),
        ..FormLeadsTo::Client(action).into()
    };
    html(&visit.web, StatusCode::OK, cookie, &view, policy)
}
