//! What a person has allowed, and taking it back (RFC 6819 section 5.2.2.2).

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_provider::{Authorized, ClientKey};

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::{Key, day};
use crate::signed_in::SignedIn;
use crate::views::{AuthorizedApplication, AuthorizedApplications, RevokeAuthorization, ScopeLine};
use crate::visit::redirect;

/// Every application with something allowed.
pub(crate) async fn list(person: SignedIn) -> Result<Response, Failure> {
    let provider = person.provider();
    let line = |authorized: Authorized| AuthorizedApplication {
        id: authorized.client.key.to_string(),
        application: authorized.client.name,
        client_id: authorized.client.id.to_string(),
        scopes: authorized
            .scope
            .iter()
            .map(|name| ScopeLine {
                name: name.to_owned(),
                description: provider.settings().scopes.description(name).to_owned(),
            })
            .collect(),
        since: day(authorized.since),
    };
    let authorized = provider.authorizations(person.session.user.id).await?;
    person.show(|chrome| AuthorizedApplications {
        chrome,
        authorized: authorized.into_iter().map(line).collect(),
        notice: None,
    })
}

/// Asks whether to take it back.
pub(crate) async fn ask(person: SignedIn, Key(key): Key) -> Result<Response, Failure> {
    let authorized = find(&person, key).await?;
    person.show(|chrome| RevokeAuthorization {
        chrome,
        id: authorized.client.key.to_string(),
        application: authorized.client.name,
        client_id: authorized.client.id.to_string(),
    })
}

/// Takes it back.
pub(crate) async fn withdraw(person: SignedIn, Key(key): Key, form: Form) -> Result<Response, Failure> {
    person.accept(form)?;
    let authorized = find(&person, key).await?;
    person
        .provider()
        .withdraw_authorization(person.session.user.id, authorized.client.key)
        .await?;
    Ok(redirect(
        StatusCode::SEE_OTHER,
        &person.visit.web.path("authorized_tokens/"),
    ))
}

async fn find(person: &SignedIn, key: ClientKey) -> Result<Authorized, Failure> {
    let all = person.provider().authorizations(person.session.user.id).await?;
    all.into_iter()
        .find(|authorized| authorized.client.key == key)
        .ok_or(Failure::NotFound)
}
