//! The question before a confidential application gets a new secret, and the rotation.

pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::ClientType;

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::application_key::ApplicationKey;
use crate::pages::application_secret::Made;
use crate::pages::{application, application_secret};
use crate::signed_in::FreshlySignedIn;
use view::RotateSecret;

/// The question.
pub(crate) async fn get(
    FreshlySignedIn(person): FreshlySignedIn,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, PageError> {
    let client = application::find(&person, key).await?;
    if client.client_type() == ClientType::Public {
        return Err(PageError::NotFound);
    }
    person.show(|layout| RotateSecret {
        layout,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    })
}

/// Rotates the secret.
pub(crate) async fn post(
    FreshlySignedIn(person): FreshlySignedIn,
    ApplicationKey(key): ApplicationKey,
    form: Form,
) -> Result<Response, PageError> {
    person.accept(form)?;
    let client = application::find(&person, key).await?;
    let registered = person
        .provider()
        .rotate_client_secret(person.actor(), client.key)
        .await?;
    application_secret::show(&person, registered, Made::Secret)
}
