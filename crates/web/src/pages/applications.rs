//! Applications: list, register, show, change, delete. People see their own, administrators all.

mod form;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use pixie_oauth::{ClientType, Params};
use pixie_provider::{Actor, Client, ClientKey, ClientRefusal, Registered, Session};

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::{answer, day};
use crate::respond::{FormLeadsTo, html, page};
use crate::views::{
    ApplicationDetail, ApplicationForm, ApplicationRow, ApplicationSecret, Applications, DeleteApplication,
    GRANT_TYPES, TryIt, label, relaxations,
};
use crate::visit::{Visit, redirect};

/// Applications on one page; more are for the command line.
const MOST_LISTED: u32 = 1000;

/// The list.
pub(crate) async fn list(visit: Visit) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(show_list(&visit, &session).await),
        Err(response) => response,
    }
}

/// An empty form.
pub(crate) async fn register_form(visit: Visit) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(show_empty(&visit, &session)),
        Err(response) => response,
    }
}

/// Registers.
pub(crate) async fn register(visit: Visit, form: Form) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(create(&visit, &session, form).await),
        Err(response) => response,
    }
}

/// One application.
pub(crate) async fn show(visit: Visit, Path(key): Path<String>) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(detail(&visit, &session, &key).await),
        Err(response) => response,
    }
}

/// The form with what is registered.
pub(crate) async fn update_form(visit: Visit, Path(key): Path<String>) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(show_filled(&visit, &session, &key).await),
        Err(response) => response,
    }
}

/// Changes.
pub(crate) async fn update(visit: Visit, Path(key): Path<String>, form: Form) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(change(&visit, &session, &key, form).await),
        Err(response) => response,
    }
}

/// Asks whether to delete.
pub(crate) async fn ask_delete(visit: Visit, Path(key): Path<String>) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(confirm_delete(&visit, &session, &key).await),
        Err(response) => response,
    }
}

/// Deletes.
pub(crate) async fn delete(visit: Visit, Path(key): Path<String>, form: Form) -> Response {
    match visit.signed_in().await {
        Ok(session) => answer(remove(&visit, &session, &key, form).await),
        Err(response) => response,
    }
}

/// An application that this person may manage.
pub(super) async fn find(visit: &Visit, session: &Session, key: &str) -> Result<Client, Failure> {
    let key: ClientKey = key.parse().map_err(|_| Failure::NotFound)?;
    Ok(visit
        .web
        .provider()
        .client_by_key(Actor::Person(&session.user), key)
        .await?)
}

/// The secret, now or never.
pub(super) fn show_secret(
    visit: &Visit,
    session: &Session,
    registered: Registered,
    rotated: bool,
) -> Result<Response, Failure> {
    let client = registered.client;
    let Some(secret) = registered.secret else {
        return Ok(redirect(
            StatusCode::SEE_OTHER,
            &visit.web.path(&format!("applications/{}/", client.key)),
        ));
    };
    let (chrome, cookie) = visit.page(Some(session))?.split();
    let view = ApplicationSecret {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
        client_secret: secret.expose().to_owned(),
        rotated,
    };
    page(&visit.web, cookie, &view)
}

async fn show_list(visit: &Visit, session: &Session) -> Result<Response, Failure> {
    let clients = visit
        .web
        .provider()
        .list_clients(Actor::Person(&session.user), None, MOST_LISTED)
        .await?;
    let row = |client: Client| ApplicationRow {
        id: client.key.to_string(),
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        profile: client.rules.profile().to_string(),
        trusted: client.trusted,
    };
    let (chrome, cookie) = visit.page(Some(session))?.split();
    let view = Applications {
        chrome,
        applications: clients.into_iter().map(row).collect(),
        notice: None,
    };
    page(&visit.web, cookie, &view)
}

fn show_empty(visit: &Visit, session: &Session) -> Result<Response, Failure> {
    if !visit.web.provider().settings().self_service && !session.user.administrator {
        return Err(ClientRefusal::NotAllowed.into());
    }
    let (chrome, cookie) = visit.page(Some(session))?.split();
    page(
        &visit.web,
        cookie,
        &ApplicationForm::empty(chrome, form::known_scopes(visit)),
    )
}

async fn create(visit: &Visit, session: &Session, form: Form) -> Result<Response, Failure> {
    let params = form.0?;
    visit.check_form(&params, Some(session))?;
    let actor = Actor::Person(&session.user);
    let refusal = match form::read(&params, session.user.administrator) {
        Ok(metadata) => match visit.web.provider().register_client(actor, &metadata).await {
            Ok(registered) => return show_secret(visit, session, registered, false),
            Err(refusal) => refusal,
        },
        Err(refusal) => refusal,
    };
    show_refused(visit, session, &params, None, refusal)
}

async fn show_filled(visit: &Visit, session: &Session, key: &str) -> Result<Response, Failure> {
    let client = find(visit, session, key).await?;
    let (chrome, cookie) = visit.page(Some(session))?.split();
    page(&visit.web, cookie, &form::filled(visit, chrome, &client))
}

async fn change(visit: &Visit, session: &Session, key: &str, form: Form) -> Result<Response, Failure> {
    let params = form.0?;
    visit.check_form(&params, Some(session))?;
    let client = find(visit, session, key).await?;
    let revision = params
        .get("revision")
        .and_then(|revision| revision.parse().ok())
        .unwrap_or(client.revision);
    let actor = Actor::Person(&session.user);
    let refusal = match form::read_change(&params, session.user.administrator, &client) {
        Ok(metadata) => {
            match visit
                .web
                .provider()
                .update_client(actor, client.key, &metadata, Some(revision))
                .await
            {
                Ok(registered) => return show_secret(visit, session, registered, false),
                Err(refusal) => refusal,
            }
        }
        Err(refusal) => refusal,
    };
    show_refused(visit, session, &params, Some(&client), refusal)
}

/// The form again with what was typed, and what is wrong with it.
fn show_refused(
    visit: &Visit,
    session: &Session,
    params: &Params,
    client: Option<&Client>,
    refusal: ClientRefusal,
) -> Result<Response, Failure> {
    tracing::warn!(reason = %refusal, "application refused");
    let ClientRefusal::Fields(errors) = refusal else {
        return Err(refusal.into());
    };
    let (chrome, cookie) = visit.page(Some(session))?.split();
    let view = form::refused(visit, chrome, params, client, &errors);
    html(
        &visit.web,
        StatusCode::BAD_REQUEST,
        cookie,
        &view,
        FormLeadsTo::Ourselves,
    )
}

async fn detail(visit: &Visit, session: &Session, key: &str) -> Result<Response, Failure> {
    let client = find(visit, session, key).await?;
    let scopes = &visit.web.provider().settings().scopes;
    let scope = match &client.scope {
        Some(own) => own.iter().map(str::to_owned).collect(),
        None => scopes
            .names()
            .into_iter()
            .filter(|name| scopes.is_public(name))
            .collect::<Vec<_>>(),
    };
    let default_scope: Vec<_> = client
        .default_scope
        .as_ref()
        .unwrap_or(scopes.default_scope())
        .iter()
        .map(str::to_owned)
        .collect();
    let try_it = TryIt {
        issuer: visit.web.provider().issuer().as_str(),
        client_id: client.id.as_str(),
        confidential: client.client_type() == ClientType::Confidential,
        redirect_uri: client.redirect_uris.first().map(pixie_oauth::RedirectUri::as_str),
        scope: &default_scope.join(" "),
    };
    let chosen: Vec<_> = client.rules.relaxations().collect();
    let try_it = try_it.commands();
    let (chrome, cookie) = visit.page(Some(session))?.split();
    let view = ApplicationDetail {
        chrome,
        id: client.key.to_string(),
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        grant_types: form::grant_values(&client.grant_types)
            .iter()
            .map(|value| label(GRANT_TYPES, value).to_owned())
            .collect(),
        redirect_uris: client.redirect_uris.iter().map(ToString::to_string).collect(),
        allowed_origins: client.allowed_origins.iter().map(ToString::to_string).collect(),
        scope,
        default_scope,
        profile: client.rules.profile().title().to_owned(),
        relaxations: relaxations(&chosen)
            .into_iter()
            .filter(|choice| choice.chosen)
            .collect(),
        skip_authorization: client.trusted,
        owner: None,
        created: day(client.created_at),
        try_it,
        notice: None,
    };
    page(&visit.web, cookie, &view)
}

async fn confirm_delete(visit: &Visit, session: &Session, key: &str) -> Result<Response, Failure> {
    let client = find(visit, session, key).await?;
    let (chrome, cookie) = visit.page(Some(session))?.split();
    let view = DeleteApplication {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    };
    page(&visit.web, cookie, &view)
}

async fn remove(visit: &Visit, session: &Session, key: &str, form: Form) -> Result<Response, Failure> {
    visit.check_form(&form.0?, Some(session))?;
    let client = find(visit, session, key).await?;
    visit
        .web
        .provider()
        .delete_client(Actor::Person(&session.user), client.key)
        .await?;
    Ok(redirect(StatusCode::SEE_OTHER, &visit.web.path("applications/")))
}
