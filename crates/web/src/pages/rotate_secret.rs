//! Another secret for a confidential application, shown once.

use axum::extract::Path;
use axum::response::Response;
use pixie_oauth::ClientType;
use pixie_provider::{Actor, Session};

use super::applications::{find, show_secret};
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::answer;
use crate::respond::page;
use crate::views::RotateSecret;
use crate::visit::Visit;

/// Asks.
pub(crate) async fn ask(visit: Visit, Path(key): Path<String>) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(confirm(&visit, &session, &key).await),
        Err(response) => response,
    }
}

/// Makes it.
pub(crate) async fn rotate(visit: Visit, Path(key): Path<String>, form: Form) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(replace(&visit, &session, &key, form).await),
        Err(response) => response,
    }
}

async fn confirm(visit: &Visit, session: &Session, key: &str) -> Result<Response, Failure> {
    let client = find(visit, session, key).await?;
    if client.client_type() == ClientType::Public {
        return Err(Failure::NotFound);
    }
    let (chrome, cookie) = visit.page(Some(session))?.split();
    let view = RotateSecret {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    };
    page(&visit.web, cookie, &view)
}

async fn replace(visit: &Visit, session: &Session, key: &str, form: Form) -> Result<Response, Failure> {
    visit.check_form(&form.0?, Some(session))?;
    let client = find(visit, session, key).await?;
    let registered = visit
        .web
        .provider()
        .rotate_client_secret(Actor::Person(&session.user), client.key)
        .await?;
    show_secret(visit, session, registered, true)
}
