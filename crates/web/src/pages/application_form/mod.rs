//! The form that registers an application and the form that changes it.

pub(crate) mod choice;
mod fields;
mod openid;
pub(crate) mod openid_fields;
pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Client, ClientRefusal, Command};

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::application_key::ApplicationKey;
use crate::pages::{application, application_secret};
use crate::signed_in::SignedIn;

/// The form for a new application.
pub(crate) async fn get_register(person: SignedIn) -> Result<Response, PageError> {
    if !person.may(Command::RegisterClient) {
        return Err(ClientRefusal::NotAllowed.into());
    }
    person.show(|layout| fields::empty(&person.context, layout))
}

/// Registers the application.
pub(crate) async fn post_register(person: SignedIn, form: Form) -> Result<Response, PageError> {
    let params = person.accept(form)?;
    let registered = match fields::read(&params, person.may(Command::TrustClient)) {
        Ok(metadata) => person.provider().register_client(person.actor(), &metadata).await,
        Err(refusal) => Err(refusal),
    };
    match registered {
        Ok(registered) => application_secret::show(&person, registered, false),
        Err(refusal) => show_refused(&person, &params, None, refusal),
    }
}

/// The form for a registered application.
pub(crate) async fn get_update(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, PageError> {
    let client = application::find(&person, key).await?;
    person.show(|layout| fields::filled(&person.context, layout, &client))
}

/// Changes the application.
pub(crate) async fn post_update(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
    form: Form,
) -> Result<Response, PageError> {
    let params = person.accept(form)?;
    let client = application::find(&person, key).await?;
    // Revisions begin at one: a form without its own is outdated.
    let revision = params
        .get("revision")
        .and_then(|revision| revision.parse().ok())
        .unwrap_or_default();
    let changed = match fields::read_change(&params, person.may(Command::TrustClient), &client) {
        Ok(metadata) => {
            person
                .provider()
                .replace_client(person.actor(), client.key, &metadata, Some(revision))
                .await
        }
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(registered) => application_secret::show(&person, registered, false),
        Err(refusal) => show_refused(&person, &params, Some(&client), refusal),
    }
}

/// The form again, with the text that was typed and its errors.
fn show_refused(
    person: &SignedIn,
    params: &Params,
    client: Option<&Client>,
    refusal: ClientRefusal,
) -> Result<Response, PageError> {
    tracing::warn!(reason = %refusal, "application refused");
    let ClientRefusal::Fields(errors) = refusal else {
        return Err(refusal.into());
    };
    person.show_with(StatusCode::BAD_REQUEST, |layout| {
        fields::refused(&person.context, layout, params, client, &errors)
    })
}
