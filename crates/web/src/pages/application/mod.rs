//! The page of one application.

mod facts;
mod try_it;
pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::ClientType;
use pixie_provider::{Client, ClientKey, Command};

use crate::page_error::PageError;
use crate::pages::application_form::choice::{grant_label, relaxations};
use crate::pages::application_key::ApplicationKey;
use crate::pages::moment::day;
use crate::signed_in::SignedIn;
use crate::texts::tables::profile_title;
use try_it::TryIt;
use view::ApplicationDetail;

/// The page.
pub(crate) async fn get(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, PageError> {
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
        redirect_uri: client
            .redirect_uris
            .iter()
            .find(|uri| !uri.is_wildcard())
            .map(pixie_oauth::RedirectUri::as_str),
        scope: &default_scope.to_string(),
    };
    let chosen: Vec<_> = client.rules.relaxations().collect();
    let try_it = try_it.commands();
    let owner = owner_of(&person, &client).await?;
    person.show(|layout| ApplicationDetail {
        layout,
        id: client.key.to_string(),
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        has_secret: client.secret.is_some(),
        grant_types: client.grant_types.iter().map(grant_label).collect(),
        redirect_uris: client.redirect_uris.iter().map(ToString::to_string).collect(),
        allowed_origins: client.allowed_origins.iter().map(ToString::to_string).collect(),
        scope,
        default_scope: default_scope.iter().map(str::to_owned).collect(),
        profile: profile_title(client.rules.profile()),
        relaxations: relaxations(&chosen)
            .into_iter()
            .filter(|choice| choice.chosen)
            .collect(),
        skip_authorization: client.trusted,
        openid: facts::of(&client),
        dynamic: client.dynamic.is_some(),
        owner,
        created: day(client.created_at),
        try_it,
    })
}

/// The username of the owner, for those who may see every application. Everybody else sees only what they own themselves.
async fn owner_of(person: &SignedIn, client: &Client) -> Result<Option<String>, PageError> {
    let Some(id) = client.owner.filter(|_| person.may(Command::ViewClient)) else {
        return Ok(None);
    };
    let owner = person.provider().find_account_by_id(id).await?;
    Ok(owner.map(|owner| owner.username.to_string()))
}

/// An application that this person may manage.
pub(crate) async fn find(person: &SignedIn, key: ClientKey) -> Result<Client, PageError> {
    Ok(person.provider().client_by_key(person.actor(), key).await?)
}
