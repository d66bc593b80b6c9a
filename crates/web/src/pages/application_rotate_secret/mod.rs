//! The question before a confidential application gets a new secret, and the rotation.

pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::ClientType;

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::application_key::ApplicationKey;
use crate::pages::{application, application_secret};
use crate::signed_in::SignedIn;
use view::RotateSecret;

/// Asks.
pub(crate) async fn get(person: SignedIn, ApplicationKey(key): ApplicationKey) -> Result<Response, Failure> {
    let client = application::find(&person, key).await?;
    if client.client_type() == ClientType::Public {
        return Err(Failure::NotFound);
    }
    person.show(|chrome| RotateSecret {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    })
}

/// Makes it.
pub(crate) async fn post(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
    form: Form,
) -> Result<Response, Failure> {
    person.accept(form)?;
    let client = application::find(&person, key).await?;
    let registered = person
        .provider()
        .rotate_client_secret(person.actor(), client.key)
        .await?;
    application_secret::show(&person, registered, true)
}
