//! What a person has allowed, and taking it back (RFC 6819 section 5.2.2.2).

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use pixie_provider::{Authorized, ClientKey, Session};

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::{answer, day};
use crate::respond::page;
use crate::views::{AuthorizedApplication, AuthorizedApplications, RevokeAuthorization, ScopeLine};
use crate::visit::{Visit, redirect};

/// Every application with something allowed.
pub(crate) async fn list(visit: Visit) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(show(&visit, &session).await),
        Err(response) => response,
    }
}

/// Asks whether to take it back.
pub(crate) async fn ask(visit: Visit, Path(key): Path<String>) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(confirm(&visit, &session, &key).await),
        Err(response) => response,
    }
}

/// Takes it back.
pub(crate) async fn withdraw(visit: Visit, Path(key): Path<String>, form: Form) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(take_back(&visit, &session, &key, form).await),
        Err(response) => response,
    }
}

async fn show(visit: &Visit, session: &Session) -> Result<Response, Failure> {
    let provider = visit.web.provider();
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
    let authorized = provider
        .authorizations(session.user.id)
        .await?
        .into_iter()
        .map(line)
        .collect();
    let (chrome, cookie) = visit.page(Some(session))?.split();
    page(
        &visit.web,
        cookie,
        &AuthorizedApplications {
            chrome,
            authorized,
            notice: None,
        },
    )
}

async fn find(visit: &Visit, session: &Session, key: &str) -> Result<Authorized, Failure> {
    let key: ClientKey = key.parse().map_err(|_| Failure::NotFound)?;
    let all = visit.web.provider().authorizations(session.user.id).await?;
    all.into_iter()
        .find(|authorized| authorized.client.key == key)
        .ok_or(Failure::NotFound)
}

async fn confirm(visit: &Visit, session: &Session, key: &str) -> Result<Response, Failure> {
    let authorized = find(visit, session, key).await?;
    let (chrome, cookie) = visit.page(Some(session))?.split();
    let view = RevokeAuthorization {
        chrome,
        id: authorized.client.key.to_string(),
        application: authorized.client.name,
        client_id: authorized.client.id.to_string(),
    };
    page(&visit.web, cookie, &view)
}

async fn take_back(visit: &Visit, session: &Session, key: &str, form: Form) -> Result<Response, Failure> {
    visit.check_form(&form.0?, Some(session))?;
    let authorized = find(visit, session, key).await?;
    visit
        .web
        .provider()
        .withdraw_authorization(session.user.id, authorized.client.key)
        .await?;
    Ok(redirect(
        StatusCode::SEE_OTHER,
        &visit.web.path("authorized_tokens/"),
    ))
}
