//! A client reads, replaces or deletes what it registered (RFC 7592 section 2).

use pixie_oauth::ClientSecret;

use super::requested::{Body, refused};
use super::{ClientInformation, RegistrationRefusal, RegistrationRequest};
use crate::base::Base;
use crate::clients::cache::KnownClients;
use crate::clients::sealed_secret;
use crate::context::Context;
use crate::dynamic_registration::access;
use crate::dynamic_registration::client_information::client_information;
use crate::entities::{Client, DynamicRegistration, StoredSecret};
use crate::events::actor::Actor;
use crate::keys::PurposeKeys;
use crate::operate::clients;
use crate::operate::clients::Replacement;
use crate::settings::RegistrationMode;

pub(crate) async fn read_registration(
    base: &Base,
    client_id: &str,
    request: RegistrationRequest<'_>,
) -> Result<ClientInformation, RegistrationRefusal> {
    let (client, token) = access::managed(base, client_id, request).await?;
    Ok(client_information(&base.settings, &client, None, Some(&token)))
}

pub(crate) async fn replace_registration(
    context: &Context,
    client_id: &str,
    request: RegistrationRequest<'_>,
    body: &[u8],
) -> Result<ClientInformation, RegistrationRefusal> {
    let (before, token) = access::managed(&context.base, client_id, request).await?;
    let body = Body::read(body)?;
    let shown = named_rightly(&context.keys.purpose, &body, &before)?;
    let metadata = body.metadata(&context.base.settings)?;
    if context.base.settings.registration.mode == RegistrationMode::Open {
        let rate = &context.limits.registrations;
        let taken = rate.take(request.request.address, context.base.now());
        taken.map_err(RegistrationRefusal::TooMany)?;
    }
    let checked = clients::checked(&context.base, &*context.outbound, &metadata, &before).await?;
    let (secret, hash) = clients::next_secret(context, &checked, &before).await?;
    let secret = secret.or(shown.filter(|_| hash.is_some()));
    let own = before.clone();
    let actor = Actor::client_itself(&own, request.request);
    let client = Client {
        secret: hash,
        // A client that was changed is one of a kind.
        dynamic: Some(DynamicRegistration {
            token: Some(token.hash()),
            identity: None,
        }),
        updated_at: context.base.now(),
        ..checked.client
    };
    let client = clients::replace(
        &context.base,
        &context.known_clients,
        actor,
        client,
        Replacement::Metadata,
    )
    .await?;
    Ok(client_information(
        &context.base.settings,
        &client,
        secret.as_ref(),
        Some(&token),
    ))
}

pub(crate) async fn delete_registration(
    base: &Base,
    known_clients: &KnownClients,
    client_id: &str,
    request: RegistrationRequest<'_>,
) -> Result<(), RegistrationRefusal> {
    let (client, _) = access::managed(base, client_id, request).await?;
    let actor = Actor::client_itself(&client, request.request);
    Ok(clients::delete(base, known_clients, actor, &client).await?)
}

/// `client_id` must be sent and be its own, and a secret that is sent must be the one it has (RFC 7592 section 2.2).
fn named_rightly(
    keys: &PurposeKeys,
    body: &Body,
    client: &Client,
) -> Result<Option<ClientSecret>, RegistrationRefusal> {
    if body.text("client_id") != Some(client.id.as_str()) {
        return Err(refused(
            "client_id",
            "send the client id of this registration".to_owned(),
        ));
    }
    if !body.has("client_secret") {
        return Ok(None);
    }
    let shown = body
        .text("client_secret")
        .and_then(|text| ClientSecret::parse(text).ok());
    match (shown, &client.secret) {
        (Some(shown), Some(StoredSecret::Sha256(hash))) if shown.matches(hash) => Ok(Some(shown)),
        (Some(shown), Some(StoredSecret::Sealed(_))) if sealed_secret::is_secret(keys, client, &shown) => {
            Ok(Some(shown))
        }
        _ => Err(refused(
            "client_secret",
            "a secret is not chosen: send the present one, or none".to_owned(),
        )),
    }
}
