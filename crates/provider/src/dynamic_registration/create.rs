//! A client registers itself (RFC 7591 section 3).

use pixie_oauth::{ClientId, RegistrationToken};

use super::identity::identity_of;
use super::requested::Body;
use super::{ClientInformation, RegistrationRefusal, RegistrationRequest};
use crate::base::Base;
use crate::clients::metadata::sector;
use crate::clients::metadata::{Checked, check};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::dynamic_registration::access;
use crate::dynamic_registration::client_information::client_information;
use crate::entities::{Client, DynamicRegistration};
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::ids::ClientKey;
use crate::operate::ClientRefusal;
use crate::operate::clients;
use crate::randomness::bytes;
use crate::rate::Rate;
use crate::settings::RegistrationMode;
use crate::store::InsertClient;

pub(crate) async fn register_dynamic_client(
    context: &Context,
    request: RegistrationRequest<'_>,
    body: &[u8],
) -> Result<ClientInformation, RegistrationRefusal> {
    access::may_register(&context.base, &context.keys, request).await?;
    let metadata = Body::read(body)?.metadata(&context.base.settings)?;
    let now = context.base.now();
    let token: RegistrationToken = context.base.random_token()?;
    let new = new_client(&context.base, now)?;
    let checked = check(&metadata, &context.base.settings, new.clone());
    let mut checked = checked.map_err(RegistrationRefusal::Fields)?;
    let identity = identity_of(&checked.client, chosen_name(&checked));
    checked.client.dynamic = Some(DynamicRegistration {
        token: Some(token.hash()),
        identity,
    });
    let known = match &identity {
        Some(identity) => context.base.store.find_identical_client(identity).await?,
        None => None,
    };
    if known.is_none() {
        has_room(&context.base, &context.limits.registrations, request, now).await?;
        let sector = sector::check_sector(&*context.outbound, &checked.client, &new).await;
        sector.map_err(|error| RegistrationRefusal::Fields(vec![error]))?;
    }
    let (secret, hash) = clients::first_secret(context, &checked).await?;
    let client = Client {
        secret: hash,
        ..checked.client
    };
    let actor = Actor::client_itself(&client, request.request);
    let event = Event::ClientRegistered {
        client: &client,
        again: false,
    };
    let stored = context.base.stored_event(actor, &event);
    match context.base.store.insert_client(client.clone(), stored).await? {
        InsertClient::Inserted => {
            context.base.happened(actor, &event);
            Ok(client_information(
                &context.base.settings,
                &client,
                secret.as_ref(),
                Some(&token),
            ))
        }
        InsertClient::Identical(first) => {
            let actor = Actor::client_itself(&first, request.request);
            let event = Event::ClientRegistered {
                client: &first,
                again: true,
            };
            context.base.happened(actor, &event);
            // Its ports may be others, which are free.
            let redirect_uris = client.redirect_uris;
            let same = Client {
                redirect_uris,
                ..*first
            };
            Ok(client_information(&context.base.settings, &same, None, None))
        }
        InsertClient::IdTaken => Err(RegistrationRefusal::Unavailable(
            "a random client id is taken".to_owned(),
        )),
    }
}

/// Strangers cannot grow what is stored: new clients are bounded by the hour and in all.
async fn has_room(
    base: &Base,
    rate: &Rate,
    request: RegistrationRequest<'_>,
    now: Timestamp,
) -> Result<(), RegistrationRefusal> {
    let settings = &base.settings.registration;
    if settings.mode != RegistrationMode::Open {
        return Ok(());
    }
    let max = settings.max_clients;
    if max > 0 && base.store.count_dynamic_clients().await? >= max {
        return Err(RegistrationRefusal::Full);
    }
    rate.take(request.request.address, now)
        .map_err(RegistrationRefusal::TooMany)
}

/// A client without metadata, with a random identifier.
fn new_client(base: &Base, now: Timestamp) -> Result<Client, ClientRefusal> {
    let id = ClientId::from_entropy(&bytes(&*base.randomness)?);
    let key = ClientKey::new(base.milliseconds(), &*base.randomness)?;
    Ok(Client::new(key, id, now))
}

/// The name that the client gave itself; one that gave none is called by its identifier.
fn chosen_name(checked: &Checked) -> Option<&str> {
    let client = &checked.client;
    Some(client.name.as_str()).filter(|name| *name != client.id.as_str())
}
