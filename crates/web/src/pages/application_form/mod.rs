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

use crate::kept_form::KeptForm;
use crate::page_error::PageError;
use crate::pages::application_key::ApplicationKey;
use crate::pages::application_secret::Made;
use crate::pages::notice::Notice;
use crate::pages::{application, application_secret};
use crate::signed_in::{SignedIn, TypedForm};

/// The form for a new application.
pub(crate) async fn get_register(person: SignedIn) -> Result<Response, PageError> {
    if !person.may(Command::RegisterClient) {
        return Err(ClientRefusal::NotAllowed.into());
    }
    if let Some(kept) = KeptForm::in_address(&person.context) {
        return show_kept(&person, &kept, None);
    }
    person.show(|layout| fields::empty(&person.context, layout))
}

/// Registers the application.
pub(crate) async fn post_register(form: TypedForm) -> Result<Response, PageError> {
    let TypedForm {
        person,
        fields: params,
        is_current,
    } = form;
    if !person.may(Command::RegisterClient) {
        return Err(ClientRefusal::NotAllowed.into());
    }
    if !is_current {
        return show_again(&person, &params, None, StatusCode::FORBIDDEN, Notice::Expired);
    }
    let registered = match fields::read(&params, person.may(Command::TrustClient)) {
        Ok(metadata) => person.provider().register_client(person.actor(), &metadata).await,
        Err(refusal) => Err(refusal),
    };
    match registered {
        Ok(registered) => application_secret::show(&person, registered, Made::Application),
        Err(refusal) => show_refused(&person, &params, None, refusal),
    }
}

/// The form for a registered application.
pub(crate) async fn get_update(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, PageError> {
    let client = application::find(&person, key).await?;
    if let Some(kept) = KeptForm::in_address(&person.context) {
        return show_kept(&person, &kept, Some(&client));
    }
    person.show(|layout| fields::filled(&person.context, layout, &client))
}

/// Changes the application.
pub(crate) async fn post_update(
    ApplicationKey(key): ApplicationKey,
    form: TypedForm,
) -> Result<Response, PageError> {
    let TypedForm {
        person,
        fields: params,
        is_current,
    } = form;
    let client = application::find(&person, key).await?;
    if !is_current {
        return show_again(
            &person,
            &params,
            Some(&client),
            StatusCode::FORBIDDEN,
            Notice::Expired,
        );
    }
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
        Ok(registered) => application_secret::show(&person, registered, Made::Change),
        Err(refusal) => show_refused(&person, &params, Some(&client), refusal),
    }
}

/// The form at this path with the text that was kept; `None` if the path is that of another page.
pub(crate) async fn resume(
    person: &SignedIn,
    path: &str,
    kept: &KeptForm,
) -> Result<Option<Response>, PageError> {
    let list = person.context.web.path("applications/");
    let Some(below) = path.strip_prefix(&list) else {
        return Ok(None);
    };
    let client = match below.trim_end_matches('/').split_once('/') {
        None if below.trim_end_matches('/') == "register" => {
            if !person.may(Command::RegisterClient) {
                return Err(ClientRefusal::NotAllowed.into());
            }
            None
        }
        Some((key, "update")) => {
            let key = key.parse().map_err(|_| PageError::NotFound)?;
            Some(application::find(person, key).await?)
        }
        _ => return Ok(None),
    };
    show_kept(person, kept, client.as_ref()).map(Some)
}

/// The form with the text that was kept while the person signed in again.
fn show_kept(person: &SignedIn, kept: &KeptForm, client: Option<&Client>) -> Result<Response, PageError> {
    show_again(person, kept.fields(), client, StatusCode::OK, Notice::Resumed)
}

/// The form again, with the text that was typed and why nothing was changed.
fn show_again(
    person: &SignedIn,
    params: &Params,
    client: Option<&Client>,
    status: StatusCode,
    notice: Notice,
) -> Result<Response, PageError> {
    person.show_with(status, |layout| {
        fields::refused(&person.context, layout.with_notice(notice), params, client, &[])
    })
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
