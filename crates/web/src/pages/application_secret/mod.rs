//! The page that shows a client secret, once.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_provider::Registered;

use crate::failure::Failure;
use crate::signed_in::SignedIn;
use crate::visit::redirect;
use view::ApplicationSecret;

/// The secret, now or never; the application's page where there is none to show.
pub(crate) fn show(person: &SignedIn, registered: Registered, rotated: bool) -> Result<Response, Failure> {
    let client = registered.client;
    let Some(secret) = registered.secret else {
        return Ok(redirect(
            StatusCode::SEE_OTHER,
            &person.visit.web.path(&format!("applications/{}/", client.key)),
        ));
    };
    person.show(|chrome| ApplicationSecret {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
        client_secret: secret.expose().to_owned(),
        rotated,
    })
}
