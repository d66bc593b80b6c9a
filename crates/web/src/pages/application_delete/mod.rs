//! The question before an application is deleted, and the deletion.

pub(crate) mod view;

use axum::response::Response;

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::application;
use crate::pages::application_key::ApplicationKey;
use crate::pages::notice::Notice;
use crate::signed_in::FreshlySignedIn;
use view::DeleteApplication;

/// The question.
pub(crate) async fn get(
    FreshlySignedIn(person): FreshlySignedIn,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, PageError> {
    let client = application::find(&person, key).await?;
    person.show(|layout| DeleteApplication {
        layout,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    })
}

/// Deletes the application.
pub(crate) async fn post(
    FreshlySignedIn(person): FreshlySignedIn,
    ApplicationKey(key): ApplicationKey,
    form: Form,
) -> Result<Response, PageError> {
    person.accept(form)?;
    let client = application::find(&person, key).await?;
    person
        .provider()
        .delete_client(person.actor(), client.key)
        .await?;
    Ok(person.done(Notice::Deleted, "applications/"))
}
