//! Registering, changing and deleting clients, for the pages and the command line.

use pixie_oauth::{ClientAuthMethod, ClientId, ClientMetadata, ClientSecret, Field, Origin, Scope, SetBy};
use serde_json::Value;
use thiserror::Error;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::clients::cache::KnownClients;
use crate::clients::imitation::imitates;
use crate::clients::metadata::sector;
use crate::clients::metadata::{Checked, FieldError, check};
use crate::clients::sealed_secret;
use crate::context::Context;
use crate::entities::{Client, StoredSecret};
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::hashing::HashingError;
use crate::ids::ClientKey;
use crate::outbound::Outbound;
use crate::randomness::{RandomnessError, bytes};
use crate::scopes::known::Scopes;
use crate::scopes::rule::default_of;
use crate::seal::{CipherError, SealError};
use crate::settings::Settings;
use crate::store::{InsertClient, ListClients, StoreError, UpdateClient};

/// A client that was just registered or given another secret. The secret is shown now or never.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// The client's secret, if the server generated one.
    pub secret: Option<ClientSecret>,
}

/// Why a client is not registered, changed or shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientRefusal {
    /// The errors, one for each refused field.
    #[error("{}", .0.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("; "))]
    Fields(Vec<FieldError>),
    /// There is no such client, or it is not this person's.
    #[error("there is no such application")]
    Unknown,
    /// Registering is for administrators.
    #[error("only administrators may register applications here")]
    NotAllowed,
    /// Somebody else changed it meanwhile.
    #[error("somebody else changed this application meanwhile; look at it again and repeat your change")]
    Outdated,
    /// A public client, or one that signs, has no secret to replace.
    #[error("an application that is public, or that signs its requests, has no secret")]
    NoSecret,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Secrets are not hashed now.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// Nothing can be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// No secret can be sealed.
    #[error(transparent)]
    Cipher(#[from] CipherError),
}

impl From<SealError> for ClientRefusal {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Randomness(error) => Self::Randomness(error),
            SealError::Cipher(error) => Self::Cipher(error),
        }
    }
}

fn field(field: &'static str, message: &str) -> ClientRefusal {
    ClientRefusal::Fields(vec![FieldError {
        field,
        message: message.to_owned(),
    }])
}

pub(crate) async fn register_client(
    context: &Context,
    actor: Actor<'_>,
    metadata: &ClientMetadata,
) -> Result<Registered, ClientRefusal> {
    let settings = &context.base.settings;
    if !may(actor, Command::RegisterClient, Target::Server, settings) {
        return Err(ClientRefusal::NotAllowed);
    }
    let id = match &metadata.client_id {
        Some(id) => id.clone(),
        None => ClientId::from_entropy(&bytes(&*context.base.randomness)?),
    };
    let key = ClientKey::new(context.base.milliseconds(), &*context.base.randomness)?;
    let new = Client {
        owner: actor.account().map(|account| account.id),
        ..Client::new(key, id, context.base.now())
    };
    refuse_administrators_fields(settings, actor, metadata, &new)?;
    let checked = checked(&context.base, &*context.outbound, metadata, &new).await?;
    refuse_imitation(&context.base, actor, None, &checked.client).await?;
    refuse_reserved(settings, actor, None, checked.client.scope.as_ref())?;
    let (secret, hash) = first_secret(context, &checked).await?;
    let client = Client {
        secret: hash,
        ..checked.client
    };
    let event = Event::ClientRegistered {
        client: &client,
        again: false,
    };
    let stored = context.base.stored_event(actor, &event);
    match context.base.store.insert_client(client.clone(), stored).await? {
        InsertClient::Inserted => {
            context.base.happened(actor, &event);
            context.logos.fetch_soon(&client);
            Ok(Registered { client, secret })
        }
        InsertClient::Identical(client) => Ok(Registered {
            client: *client,
            secret: None,
        }),
        InsertClient::IdTaken => Err(field("client_id", "another application has this client id")),
    }
}

pub(crate) async fn update_client(
    context: &Context,
    actor: Actor<'_>,
    key: ClientKey,
    metadata: &ClientMetadata,
    revision: Option<i64>,
) -> Result<Registered, ClientRefusal> {
    let before = manageable(&context.base, actor, Command::ChangeClient, key).await?;
    let merged = merge(before.metadata(), metadata);
    replace_client(context, actor, key, &merged, revision).await
}

pub(crate) async fn replace_client(
    context: &Context,
    actor: Actor<'_>,
    key: ClientKey,
    metadata: &ClientMetadata,
    revision: Option<i64>,
) -> Result<Registered, ClientRefusal> {
    let before = manageable(&context.base, actor, Command::ChangeClient, key).await?;
    if revision.is_some_and(|revision| revision != before.revision) {
        return Err(ClientRefusal::Outdated);
    }
    let settings = &context.base.settings;
    refuse_administrators_fields(settings, actor, metadata, &before)?;
    let checked = checked(&context.base, &*context.outbound, metadata, &before).await?;
    if metadata.client_id.as_ref() != Some(&before.id) {
        return Err(field(
            "client_id",
            "the client id of an application never changes",
        ));
    }
    refuse_imitation(&context.base, actor, Some(&before), &checked.client).await?;
    refuse_reserved(
        settings,
        actor,
        before.scope.as_ref(),
        checked.client.scope.as_ref(),
    )?;
    refuse_moving_trust(settings, actor, &before, &checked.client)?;
    let (secret, hash) = next_secret(context, &checked, &before).await?;
    let client = Client {
        secret: hash,
        dynamic: None,
        updated_at: context.base.now(),
        ..checked.client
    };
    let client = replace(
        &context.base,
        &context.known_clients,
        actor,
        client,
        Replacement::Metadata,
    )
    .await?;
    context.logos.fetch_soon(&client);
    Ok(Registered { client, secret })
}

pub(crate) async fn rotate_client_secret(
    context: &Context,
    actor: Actor<'_>,
    key: ClientKey,
) -> Result<Registered, ClientRefusal> {
    let before = manageable(&context.base, actor, Command::RotateSecret, key).await?;
    if !before.auth_method.has_secret() {
        return Err(ClientRefusal::NoSecret);
    }
    let secret = ClientSecret::from_entropy(&bytes(&*context.base.randomness)?);
    let client = Client {
        secret: Some(stored_secret(context, &before, &secret).await?),
        updated_at: context.base.now(),
        ..before
    };
    let client = replace(
        &context.base,
        &context.known_clients,
        actor,
        client,
        Replacement::Secret,
    )
    .await?;
    Ok(Registered {
        client,
        secret: Some(secret),
    })
}

pub(crate) async fn delete_client(
    base: &Base,
    known_clients: &KnownClients,
    actor: Actor<'_>,
    key: ClientKey,
) -> Result<(), ClientRefusal> {
    let client = manageable(base, actor, Command::DeleteClient, key).await?;
    Ok(delete(base, known_clients, actor, &client).await?)
}

/// Deletes a client on behalf of somebody who may.
pub(crate) async fn delete(
    base: &Base,
    known_clients: &KnownClients,
    actor: Actor<'_>,
    client: &Client,
) -> Result<(), StoreError> {
    let event = Event::ClientDeleted { client };
    let stored = base.stored_event(actor, &event);
    let deleted = base.store.delete_client(client.key, base.now(), stored).await;
    // Also if nobody knows whether it was deleted.
    known_clients.forget(client);
    if deleted? {
        base.happened(actor, &event);
    }
    Ok(())
}

pub(crate) async fn client_by_key(
    base: &Base,
    actor: Actor<'_>,
    key: ClientKey,
) -> Result<Client, ClientRefusal> {
    manageable(base, actor, Command::ViewClient, key).await
}

/// The client, if the actor may do this to it. An actor without that right does not learn if there is one.
async fn manageable(
    base: &Base,
    actor: Actor<'_>,
    command: Command,
    key: ClientKey,
) -> Result<Client, ClientRefusal> {
    let client = base.store.find_client_by_key(key).await?;
    client
        .filter(|client| may(actor, command, Target::Client(client), &base.settings))
        .ok_or(ClientRefusal::Unknown)
}

pub(crate) async fn client_by_id(
    base: &Base,
    actor: Actor<'_>,
    id: &ClientId,
) -> Result<Client, ClientRefusal> {
    let client = base.store.find_client(id).await?;
    client
        .filter(|client| may(actor, Command::ViewClient, Target::Client(client), &base.settings))
        .ok_or(ClientRefusal::Unknown)
}

pub(crate) async fn list_clients(
    base: &Base,
    actor: Actor<'_>,
    after: Option<ClientKey>,
    limit: u32,
) -> Result<Vec<Client>, StoreError> {
    let owner = if may(actor, Command::ViewClient, Target::Server, &base.settings) {
        None
    } else {
        match actor.account() {
            Some(account) => Some(account.id),
            None => return Ok(Vec::new()),
        }
    };
    base.store.list_clients(ListClients { owner, after, limit }).await
}

pub(crate) fn default_scope_of(settings: &Settings, client: &Client) -> Scope {
    default_of(client, &settings.scopes)
}

pub(crate) async fn is_origin_of_client(
    known_clients: &KnownClients,
    client: &str,
    origin: Option<&Origin>,
) -> Result<Option<bool>, StoreError> {
    let Ok(id) = ClientId::parse(client) else {
        return Ok(None);
    };
    let client = known_clients.find(&id).await?;
    Ok(client.map(|client| origin.is_some_and(|origin| client.has_origin(origin))))
}

/// Every check; the one that sends a request comes last. `before` is the client that changes, or a new one.
pub(crate) async fn checked(
    base: &Base,
    outbound: &dyn Outbound,
    metadata: &ClientMetadata,
    before: &Client,
) -> Result<Checked, ClientRefusal> {
    let checked = check(metadata, &base.settings, before.clone()).map_err(ClientRefusal::Fields)?;
    let sector = sector::check_sector(outbound, &checked.client, before).await;
    sector.map_err(|error| ClientRefusal::Fields(vec![error]))?;
    Ok(checked)
}

/// The part of a client that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replacement {
    Metadata,
    Secret,
}

/// Replaces a client on behalf of somebody who may.
pub(crate) async fn replace(
    base: &Base,
    known_clients: &KnownClients,
    actor: Actor<'_>,
    client: Client,
    replacement: Replacement,
) -> Result<Client, ClientRefusal> {
    let event = match replacement {
        Replacement::Metadata => Event::ClientChanged { client: &client },
        Replacement::Secret => Event::ClientSecretRotated { client: &client },
    };
    let stored = base.stored_event(actor, &event);
    let updated = base.store.update_client(client.clone(), stored).await;
    // Also if it is unknown whether it was written.
    known_clients.forget(&client);
    match updated? {
        UpdateClient::Updated => {
            base.happened(actor, &event);
            Ok(Client {
                revision: client.revision + 1,
                ..client
            })
        }
        UpdateClient::Outdated => Err(ClientRefusal::Outdated),
        UpdateClient::Gone => Err(ClientRefusal::Unknown),
    }
}

/// The secret of a client that changes: the one that it has, if it still uses one.
pub(crate) async fn next_secret(
    context: &Context,
    checked: &Checked,
    before: &Client,
) -> Result<(Option<ClientSecret>, Option<StoredSecret>), ClientRefusal> {
    let sealed = matches!(before.secret, Some(StoredSecret::Sealed(_)));
    let signs = checked.client.auth_method == ClientAuthMethod::ClientSecretJwt;
    // A hash cannot be made a key again; a secret that was a key does not become one that is sent.
    let stays = checked.chosen_secret.is_none() && before.secret.is_some() && sealed == signs;
    if stays && checked.client.auth_method.has_secret() {
        return Ok((None, before.secret.clone()));
    }
    first_secret(context, checked).await
}

/// The secret of a client that has none yet: the chosen one, or a generated one to be shown once.
pub(crate) async fn first_secret(
    context: &Context,
    checked: &Checked,
) -> Result<(Option<ClientSecret>, Option<StoredSecret>), ClientRefusal> {
    let client = &checked.client;
    if !client.auth_method.has_secret() {
        return Ok((None, None));
    }
    if let Some(chosen) = &checked.chosen_secret {
        return Ok((None, Some(stored_secret(context, client, chosen).await?)));
    }
    let secret = ClientSecret::from_entropy(&bytes(&*context.base.randomness)?);
    let stored = stored_secret(context, client, &secret).await?;
    Ok((Some(secret), Some(stored)))
}

/// The secret of a client as it is stored: sealed if the client signs with it, else hashed.
async fn stored_secret(
    context: &Context,
    client: &Client,
    secret: &ClientSecret,
) -> Result<StoredSecret, ClientRefusal> {
    let randomness = &*context.base.randomness;
    if client.auth_method == ClientAuthMethod::ClientSecretJwt {
        let keys = &context.keys.purpose;
        return Ok(sealed_secret::seal(keys, client.key, secret, randomness)?);
    }
    if secret.is_random() {
        return Ok(StoredSecret::Sha256(secret.sha256()));
    }
    let hash = context.hashing.hash(secret.expose(), bytes(randomness)?).await?;
    Ok(StoredSecret::Argon2id(hash.as_phc().to_owned()))
}

/// Refuses changes of fields that only administrators set.
fn refuse_administrators_fields(
    settings: &Settings,
    actor: Actor<'_>,
    metadata: &ClientMetadata,
    before: &Client,
) -> Result<(), ClientRefusal> {
    if may(actor, Command::TrustClient, Target::Client(before), settings) {
        return Ok(());
    }
    let mut relaxations = metadata.relaxations.iter().flatten();
    if let Some(relaxation) = relaxations
        .find(|one| one.is_for_administrators() && before.rules.relaxations().all(|own| own != **one))
    {
        return Err(field(
            "relaxations",
            &format!("only administrators may give an application {relaxation}"),
        ));
    }
    let (given, own) = (as_json(metadata), as_json(&before.metadata()));
    let changes = |field: &Field| {
        let before = own.get(field.name).cloned();
        let before = before.unwrap_or_else(|| field.default_value());
        given.get(field.name).is_some_and(|value| *value != before)
    };
    let fields = ClientMetadata::FIELDS.iter();
    let mut administrators = fields.filter(|field| field.set_by == SetBy::Administrator);
    match administrators.find(|set| changes(set)) {
        Some(set) => Err(field(set.name, &format!("only administrators set {}", set.name))),
        None => Ok(()),
    }
}

/// Refuses a new name that users could take for the name of the server or of a trusted application. Administrators may give any name.
async fn refuse_imitation(
    base: &Base,
    actor: Actor<'_>,
    before: Option<&Client>,
    after: &Client,
) -> Result<(), ClientRefusal> {
    let settings = &base.settings;
    let keeps_its_name = before.is_some_and(|before| before.name == after.name);
    if keeps_its_name || may(actor, Command::TrustClient, Target::Client(after), settings) {
        return Ok(());
    }
    let trusted = base.store.list_trusted_names().await?;
    let others = trusted.iter().filter(|(key, _)| *key != after.key);
    let mut originals = others.map(|(_, name)| name).chain([&settings.product]);
    match originals.find(|original| imitates(&after.name, original)) {
        Some(original) => Err(field(
            "client_name",
            &format!(
                "this name can be taken for “{original}”: choose another, or let an administrator register the application"
            ),
        )),
        None => Ok(()),
    }
}

/// Metadata as JSON.
pub(super) fn as_json(metadata: &ClientMetadata) -> Value {
    serde_json::to_value(metadata).unwrap_or_default()
}

/// An administrator trusts an application with the redirect URIs that it has, and with the rules they are compared by, and
/// with what it may ask for. Its owner cannot lead everybody's codes elsewhere, nor learn more of everybody unasked.
fn refuse_moving_trust(
    settings: &Settings,
    actor: Actor<'_>,
    before: &Client,
    after: &Client,
) -> Result<(), ClientRefusal> {
    if !before.trusted || may(actor, Command::TrustClient, Target::Client(before), settings) {
        return Ok(());
    }
    let refused = |name: &'static str, what: &str| {
        let sentence =
            format!("people are not asked about this application, so only administrators may {what}");
        Err(field(name, &sentence))
    };
    if after.redirect_uris != before.redirect_uris || after.rules != before.rules {
        return refused(
            "redirect_uris",
            "change its redirect URIs, profile and relaxations",
        );
    }
    let within = |scope: &Scope| after.scope.as_ref().is_some_and(|after| scope.covers(after));
    if before.scope.as_ref().is_some_and(|scope| !within(scope)) {
        return refused("scope", "let it ask for more");
    }
    let mut response_types = after.response_types.iter();
    if response_types.any(|one| !before.may_ask_for(*one)) {
        return refused("response_types", "give it more response types");
    }
    Ok(())
}

/// Reserved scopes reach beyond the client's own tokens: only administrators give them.
fn refuse_reserved(
    settings: &Settings,
    actor: Actor<'_>,
    before: Option<&Scope>,
    after: Option<&Scope>,
) -> Result<(), ClientRefusal> {
    let had = |token: &str| before.is_some_and(|scope| scope.has(token));
    let mut reserved = after.into_iter().flat_map(Scope::iter);
    let given = reserved.find(|token| Scopes::is_reserved(token) && !had(token));
    match given {
        Some(token) if !may(actor, Command::GiveReservedScope, Target::Server, settings) => Err(field(
            "scope",
            &format!("only administrators may give the scope {token}"),
        )),
        _ => Ok(()),
    }
}

/// The metadata of a client after a change. An empty scope counts as none, as an empty parameter does.
pub(super) fn merge(mut before: ClientMetadata, change: &ClientMetadata) -> ClientMetadata {
    // Keys are given by value or by reference: a change to the one drops the other.
    if change.jwks.is_some() {
        before.jwks_uri = None;
    }
    if change.jwks_uri.as_ref().is_some_and(|uri| !uri.is_empty()) {
        before.jwks = None;
    }
    if change.grant_types.is_some() {
        before.response_types = None;
    }
    if change.profile.is_some() && change.profile != before.profile {
        before.relaxations = None;
    }
    let mut merged = change.clone().over(before);
    merged.scope = merged.scope.filter(|scope| !scope.is_empty());
    merged.default_scope = merged.default_scope.filter(|scope| !scope.is_empty());
    merged
}
