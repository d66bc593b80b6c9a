//! The page that shows a client secret, once.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_provider::Registered;

use crate::page_error::PageError;
use crate::request_context::redirect;
use crate::signed_in::SignedIn;
use view::ApplicationSecret;

/// The page with the secret, or a redirect to the application's page if there is no new secret.
pub(crate) fn show(person: &SignedIn, registered: Registered, rotated: bool) -> Result<Response, PageError> {
    let client = registered.client;
    let Some(secret) = registered.secret else {
        return Ok(redirect(
            StatusCode::SEE_OTHER,
            &person.context.web.path(&format!("applications/{}/", client.key)),
        ));
    };
    person.show(|layout| ApplicationSecret {
        layout,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
        client_secret: secret.expose().to_owned(),
        rotated,
    })
}
