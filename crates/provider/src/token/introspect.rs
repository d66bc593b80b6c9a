//! Token introspection (RFC 7662): what a token is valid for, for those who may ask.

use pixie_oauth::{Audience, ClientType, IntrospectionResponse, RefreshToken, bearer_token};

use crate::base::Base;
use crate::clients::cache::KnownClients;
use crate::context::Context;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::ids::ClientKey;
use crate::keys::Keys;
use crate::paths;
use crate::scopes::known::INTROSPECTION_SCOPE;
use crate::settings::Settings;
use crate::store::{AccessTokenRecord, StoreError, TokenOwner};
use crate::token::client_authentication::{ClientEvidence, authenticate};
use crate::token::refusal::TokenRefusal;
use crate::tokens::access_token;
use crate::tokens::active_token::{active_access_token, active_bearer_token};
use crate::tokens::subject;

pub(crate) async fn introspect(
    context: &Context,
    evidence: ClientEvidence<'_>,
) -> Result<IntrospectionResponse, TokenRefusal> {
    let asking = asking_client(context, evidence).await?;
    let text = evidence
        .params
        .get("token")
        .ok_or(TokenRefusal::Missing("token"))?;
    let described = match RefreshToken::parse(text) {
        Ok(token) => describe_refresh_token(context, &token, asking).await?,
        Err(_) => introspect_access_token(context, text).await?,
    };
    let asking = Actor::Anonymous(evidence.request);
    context.base.happened(asking, &Event::TokenIntrospected);
    Ok(described)
}

pub(crate) async fn describe_access_token(
    base: &Base,
    keys: &Keys,
    text: &str,
) -> Result<IntrospectionResponse, StoreError> {
    let living = active_access_token(base, keys, text).await?;
    Ok(living.map_or_else(IntrospectionResponse::default, |record| {
        described(&base.settings, record)
    }))
}

async fn introspect_access_token(context: &Context, text: &str) -> Result<IntrospectionResponse, StoreError> {
    let Some(record) = active_access_token(&context.base, &context.keys, text).await? else {
        return Ok(IntrospectionResponse::default());
    };
    let owner = record.owner.as_ref().filter(|_| record.pairwise).cloned();
    let client = record.client;
    let described = described(&context.base.settings, record);
    match owner {
        Some(owner) => under_own_name(&context.keys, &context.known_clients, described, client, &owner).await,
        None => Ok(described),
    }
}

fn described(settings: &Settings, record: AccessTokenRecord) -> IntrospectionResponse {
    let subject = record.owner.as_ref().map_or_else(
        || record.client_id.to_string(),
        |owner| owner.local_subject().to_string(),
    );
    IntrospectionResponse {
        active: true,
        scope: Some(record.scope),
        aud: some_audience(record.audience),
        client_id: Some(record.client_id),
        username: record.owner.map(|owner| owner.username),
        token_type: Some("Bearer".to_owned()),
        exp: Some(record.expires_at.seconds()),
        iat: Some(record.issued_at.seconds()),
        sub: Some(subject),
        iss: Some(settings.issuer.to_string()),
        cnf: record.confirmation,
    }
}

/// The user's subject for the token's client, and no name that another client knows: the caller could be another
/// client, or the same one (OpenID Connect Core section 17.3).
async fn under_own_name(
    keys: &Keys,
    known_clients: &KnownClients,
    described: IntrospectionResponse,
    client: ClientKey,
    owner: &TokenOwner,
) -> Result<IntrospectionResponse, StoreError> {
    let Some(client) = known_clients.find_by_key(client).await? else {
        return Ok(IntrospectionResponse::default());
    };
    Ok(IntrospectionResponse {
        sub: Some(subject::subject(&keys.purpose, &client, owner.local_subject())),
        username: None,
        ..described
    })
}

async fn describe_refresh_token(
    context: &Context,
    token: &RefreshToken,
    asking: ClientKey,
) -> Result<IntrospectionResponse, StoreError> {
    let Some(record) = context.base.store.find_refresh_token(token.hash()).await? else {
        return Ok(IntrospectionResponse::default());
    };
    let ends = record.expires_at.min(record.grant_expires_at);
    let dead =
        record.revoked || record.owner.disabled || record.rotated.is_some() || ends <= context.base.now();
    if dead || record.client != asking {
        return Ok(IntrospectionResponse::default());
    }
    let described = IntrospectionResponse {
        active: true,
        scope: Some(record.scope),
        aud: some_audience(record.audience),
        client_id: Some(record.client_id),
        username: Some(record.owner.username.clone()),
        token_type: None,
        exp: Some(ends.seconds()),
        iat: Some(record.issued_at.seconds()),
        sub: Some(record.owner.local_subject().to_string()),
        iss: Some(context.base.settings.issuer.to_string()),
        cnf: record.confirmation,
    };
    if record.pairwise {
        return under_own_name(
            &context.keys,
            &context.known_clients,
            described,
            record.client,
            &record.owner,
        )
        .await;
    }
    Ok(described)
}

async fn asking_client(context: &Context, evidence: ClientEvidence<'_>) -> Result<ClientKey, TokenRefusal> {
    if let Some(bearer) = evidence.authorization.and_then(bearer_token) {
        let in_body = ["client_secret", "client_assertion"];
        if in_body.iter().any(|name| evidence.params.get(name).is_some()) {
            return Err(TokenRefusal::TwoMethods);
        }
        return introspecting_bearer(&context.base, &context.keys, bearer).await;
    }
    let client = authenticate::authenticate_client(context, evidence, paths::INTROSPECT).await?;
    match client.client().client_type() {
        ClientType::Confidential => Ok(client.client().key),
        ClientType::Public => Err(TokenRefusal::PublicClient),
    }
}

async fn introspecting_bearer(base: &Base, keys: &Keys, bearer: &str) -> Result<ClientKey, TokenRefusal> {
    let living = active_bearer_token(base, keys, bearer).await?;
    living
        .filter(|record| {
            record.scope.has(INTROSPECTION_SCOPE)
                && access_token::is_for_this_server(&base.settings, &record.audience)
        })
        .map(|record| record.client)
        .ok_or(TokenRefusal::BearerMayNotIntrospect)
}

fn some_audience(audience: Audience) -> Option<Audience> {
    (!audience.is_empty()).then_some(audience)
}
