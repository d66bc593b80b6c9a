//! The form that registers an application and the form that changes it.

pub(crate) mod choice;
mod fields;
mod openid;
pub(crate) mod openid_fields;
pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Client, ClientRefusal};

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::application_key::ApplicationKey;
use crate::pages::{application, application_secret};
use crate::signed_in::SignedIn;

/// An empty form.
pub(crate) async fn get_register(person: SignedIn) -> Result<Response, Failure> {
    if !person.provider().settings().self_service && !person.session.user.administrator {
        return Err(ClientRefusal::NotAllowed.into());
    }
    person.show(|chrome| fields::empty(&person.visit, chrome))
}

/// Registers.
pub(crate) async fn post_register(person: SignedIn, form: Form) -> Result<Response, Failure> {
    let params = person.accept(form)?;
    let registered = match fields::read(&params, person.session.user.administrator) {
        Ok(metadata) => person.provider().register_client(person.actor(), &metadata).await,
        Err(refusal) => Err(refusal),
    };
    match registered {
        Ok(registered) => application_secret::show(&person, registered, false),
        Err(refusal) => show_refused(&person, &params, None, refusal),
    }
}

/// The form with what is registered.
pub(crate) async fn get_update(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, Failure> {
    let client = application::find(&person, key).await?;
    person.show(|chrome| fields::filled(&person.visit, chrome, &client))
}

/// Changes.
pub(crate) async fn post_update(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
    form: Form,
) -> Result<Response, Failure> {
    let params = person.accept(form)?;
    let client = application::find(&person, key).await?;
    // Revisions begin at one: a form without its own is outdated.
    let revision = params
        .get("revision")
        .and_then(|revision| revision.parse().ok())
        .unwrap_or_default();
    let changed = match fields::read_change(&params, person.session.user.administrator, &client) {
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

/// The form again with what was typed, and what is wrong with it.
fn show_refused(
    person: &SignedIn,
    params: &Params,
    client: Option<&Client>,
    refusal: ClientRefusal,
) -> Result<Response, Failure> {
    tracing::warn!(reason = %refusal, "application refused");
    let ClientRefusal::Fields(errors) = refusal else {
        return Err(refusal.into());
    };
    person.show_with(StatusCode::BAD_REQUEST, |chrome| {
        fields::refused(&person.visit, chrome, params, client, &errors)
    })
}
