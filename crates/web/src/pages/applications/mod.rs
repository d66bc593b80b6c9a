//! Applications: list, register, show, change, delete. People see their own, administrators all.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::{ClientType, Params};
use pixie_provider::{Client, ClientKey, ClientRefusal, Registered};

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::application::openid_facts;
use crate::pages::application_form::fields as form;
use crate::pages::{Key, day};
use crate::signed_in::SignedIn;
use crate::views::{
    ApplicationDetail, ApplicationRow, ApplicationSecret, Applications, DeleteApplication, GRANT_TYPES,
    TryIt, label, relaxations,
};
use crate::visit::redirect;

/// Applications on one page; more are for the command line.
const MOST_LISTED: u32 = 1000;

/// The list.
pub(crate) async fn list(person: SignedIn) -> Result<Response, Failure> {
    let clients = person
        .provider()
        .list_clients(person.actor(), None, MOST_LISTED)
        .await?;
    let row = |client: Client| ApplicationRow {
        id: client.key.to_string(),
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        profile: client.rules.profile().to_string(),
        trusted: client.trusted,
    };
    person.show(|chrome| Applications {
        chrome,
        applications: clients.into_iter().map(row).collect(),
        notice: None,
    })
}

/// An empty form.
pub(crate) async fn register_form(person: SignedIn) -> Result<Response, Failure> {
    if !person.provider().settings().self_service && !person.session.user.administrator {
        return Err(ClientRefusal::NotAllowed.into());
    }
    person.show(|chrome| form::empty(&person.visit, chrome))
}

/// Registers.
pub(crate) async fn register(person: SignedIn, form: Form) -> Result<Response, Failure> {
    let params = person.accept(form)?;
    let registered = match form::read(&params, person.session.user.administrator) {
        Ok(metadata) => person.provider().register_client(person.actor(), &metadata).await,
        Err(refusal) => Err(refusal),
    };
    match registered {
        Ok(registered) => show_secret(&person, registered, false),
        Err(refusal) => show_refused(&person, &params, None, refusal),
    }
}

/// One application.
pub(crate) async fn show(person: SignedIn, Key(key): Key) -> Result<Response, Failure> {
    let client = find(&person, key).await?;
    let scopes = &person.provider().settings().scopes;
    let scope = match &client.scope {
        Some(own) => own.iter().map(str::to_owned).collect(),
        None => scopes
            .names()
            .into_iter()
            .filter(|name| scopes.is_public(name))
            .collect::<Vec<_>>(),
    };
    let default_scope = person.provider().default_scope_of(&client);
    let try_it = TryIt {
        issuer: person.provider().issuer().as_str(),
        client_id: client.id.as_str(),
        confidential: client.client_type() == ClientType::Confidential,
        redirect_uri: client.redirect_uris.first().map(pixie_oauth::RedirectUri::as_str),
        scope: &default_scope.to_string(),
    };
    let chosen: Vec<_> = client.rules.relaxations().collect();
    let try_it = try_it.commands();
    person.show(|chrome| ApplicationDetail {
        chrome,
        id: client.key.to_string(),
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        has_secret: client.secret.is_some(),
        grant_types: form::grant_values(&client.grant_types)
            .iter()
            .map(|value| label(GRANT_TYPES, value).to_owned())
            .collect(),
        redirect_uris: client.redirect_uris.iter().map(ToString::to_string).collect(),
        allowed_origins: client.allowed_origins.iter().map(ToString::to_string).collect(),
        scope,
        default_scope: default_scope.iter().map(str::to_owned).collect(),
        profile: client.rules.profile().title().to_owned(),
        relaxations: relaxations(&chosen)
            .into_iter()
            .filter(|choice| choice.chosen)
            .collect(),
        skip_authorization: client.trusted,
        openid: openid_facts::of(&client),
        dynamic: client.dynamic.is_some(),
        owner: None,
        created: day(client.created_at),
        try_it,
        notice: None,
    })
}

/// The form with what is registered.
pub(crate) async fn update_form(person: SignedIn, Key(key): Key) -> Result<Response, Failure> {
    let client = find(&person, key).await?;
    person.show(|chrome| form::filled(&person.visit, chrome, &client))
}

/// Changes.
pub(crate) async fn update(person: SignedIn, Key(key): Key, form: Form) -> Result<Response, Failure> {
    let params = person.accept(form)?;
    let client = find(&person, key).await?;
    // Revisions begin at one: a form without its own is outdated.
    let revision = params
        .get("revision")
        .and_then(|revision| revision.parse().ok())
        .unwrap_or_default();
    let changed = match form::read_change(&params, person.session.user.administrator, &client) {
        Ok(metadata) => {
            person
                .provider()
                .replace_client(person.actor(), client.key, &metadata, Some(revision))
                .await
        }
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(registered) => show_secret(&person, registered, false),
        Err(refusal) => show_refused(&person, &params, Some(&client), refusal),
    }
}

/// Asks whether to delete.
pub(crate) async fn ask_delete(person: SignedIn, Key(key): Key) -> Result<Response, Failure> {
    let client = find(&person, key).await?;
    person.show(|chrome| DeleteApplication {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    })
}

/// Deletes.
pub(crate) async fn delete(person: SignedIn, Key(key): Key, form: Form) -> Result<Response, Failure> {
    person.accept(form)?;
    let client = find(&person, key).await?;
    person
        .provider()
        .delete_client(person.actor(), client.key)
        .await?;
    Ok(redirect(
        StatusCode::SEE_OTHER,
        &person.visit.web.path("applications/"),
    ))
}

/// An application that this person may manage.
pub(crate) async fn find(person: &SignedIn, key: ClientKey) -> Result<Client, Failure> {
    Ok(person.provider().client_by_key(person.actor(), key).await?)
}

/// The secret, now or never; the application's page where there is none to show.
pub(crate) fn show_secret(
    person: &SignedIn,
    registered: Registered,
    rotated: bool,
) -> Result<Response, Failure> {
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
        form::refused(&person.visit, chrome, params, client, &errors)
    })
}
