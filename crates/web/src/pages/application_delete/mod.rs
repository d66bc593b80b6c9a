//! The question before an application is deleted, and the deletion.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::application;
use crate::pages::application_key::ApplicationKey;
use crate::signed_in::SignedIn;
use crate::visit::redirect;
use view::DeleteApplication;

/// Asks whether to delete.
pub(crate) async fn get(person: SignedIn, ApplicationKey(key): ApplicationKey) -> Result<Response, Failure> {
    let client = application::find(&person, key).await?;
    person.show(|chrome| DeleteApplication {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    })
}

/// Deletes.
pub(crate) async fn post(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
    form: Form,
) -> Result<Response, Failure> {
    person.accept(form)?;
    let client = application::find(&person, key).await?;
    person
        .provider()
        .delete_client(person.actor(), client.key)
        .await?;
    Ok(redirect(
        StatusCode::SEE_OTHER,
        &person.visit.web.path("applications/"),
    ))
}
