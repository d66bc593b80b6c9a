//! Clients and accounts that a file declares, applied so that a second time changes nothing.

mod check;

use pixie_oauth::{ClientAuthMethod, ClientMetadata, Field, Kind, StandardClaim, UserClaims};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use zeroize::Zeroizing;

use super::clients::{ClientRefusal, as_json, merge};
use super::people;
use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::bounded_threads::Priority;
use crate::clients::sealed_secret;
use crate::context::Context;
use crate::entities::{Account, Client, PasswordHash, ProfileError, StoredSecret, Username};
use crate::events::actor::Actor;
use crate::hashing::Hashing;
use crate::keys::Keys;
use crate::operate::clients;
use crate::people::{AccountRefusal, NewPerson, sign_up};

pub use check::{DeclarationError, DeclaredEntry};

/// An account as a file declares it. A field that is left out stays as it is.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountDeclaration {
    /// The name with which the person signs in.
    pub username: String,
    /// The subject (`sub`) that the account is made with; its id if left out. That of an account that exists never changes.
    pub sub: Option<String>,
    /// Their name as people read it.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The person's other claims, standard and custom. They replace all that the account has.
    pub claims: Option<UserClaims>,
    /// The groups they are in; all of them.
    pub groups: Option<Vec<String>>,
    /// The password the account is made with. An account that exists keeps its password: the person may have changed it.
    pub password: Option<String>,
    /// `true` if the person may manage everybody's applications; also written `admin`.
    #[serde(alias = "admin")]
    pub administrator: Option<bool>,
}

impl AccountDeclaration {
    /// The account as it is after this. Another e-mail address is not a verified one.
    ///
    /// # Errors
    /// See [`ProfileError`].
    pub fn applied_to(&self, before: &Account) -> Result<Account, ProfileError> {
        let claims = self.claims.as_ref();
        let named = |claim: StandardClaim| claims?.get(claim.as_str())?.as_str().map(str::to_owned);
        let name = self.name.clone().or_else(|| named(StandardClaim::Name));
        let email = self.email.clone().or_else(|| named(StandardClaim::Email));
        let mut after = Account {
            name: name.or_else(|| before.name.clone()),
            email: email.or_else(|| before.email.clone()),
            claims: claims.unwrap_or(&before.claims).clone(),
            groups: self.groups.as_ref().unwrap_or(&before.groups).clone(),
            administrator: self.administrator.unwrap_or(before.administrator),
            ..before.clone()
        };
        if claims.is_none() && after.email != before.email {
            let verified = StandardClaim::EmailVerified.as_str();
            after.claims = after.claims.only(|claim| claim != verified);
        }
        after.settled()
    }

    /// Refuses a subject that is not the one that the account has.
    ///
    /// # Errors
    /// [`AccountRefusal::SubjectNeverChanges`].
    pub fn check_subject(&self, account: &Account) -> Result<(), AccountRefusal> {
        let own = account.local_subject().to_string();
        match &self.sub {
            Some(sub) if *sub != own => Err(AccountRefusal::SubjectNeverChanges {
                username: account.username.to_string(),
                sub: own,
            }),
            _ => Ok(()),
        }
    }
}

/// The clients and accounts that a file declares.
#[derive(Clone, Default)]
pub struct Declared {
    /// Clients; each needs a `client_id`.
    pub clients: Vec<ClientMetadata>,
    /// Accounts; each needs a `username`.
    pub users: Vec<AccountDeclaration>,
}

/// One difference between a file and the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `client` or `user`.
    pub kind: &'static str,
    /// Client id or username.
    pub name: String,
    /// The fields that change; empty if the client or account is new.
    pub fields: Vec<&'static str>,
    /// `true` if the client or account is not there yet.
    pub new: bool,
}

/// Why a declaration is not applied.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApplyError {
    /// The actor may not apply declarations.
    #[error("only the operator applies declared clients and accounts")]
    NotAllowed,
    /// A client without identifier would be registered again at every start.
    #[error("a declared client needs a client_id")]
    ClientWithoutId,
    /// A confidential client without secret: nobody would see a generated one.
    #[error(
        "client {0}: a declared confidential client needs a client_secret, at least if it is new or begins or ends to sign with it"
    )]
    ClientWithoutSecret(String),
    /// A client that cannot be registered.
    #[error("client {0}: {1}")]
    Client(String, ClientRefusal),
    /// An account that cannot be made.
    #[error("user {0}: {1}")]
    Account(String, AccountRefusal),
}

pub(crate) async fn apply(
    context: &Context,
    actor: Actor<'_>,
    declared: &Declared,
    dry_run: bool,
) -> Result<Vec<Change>, ApplyError> {
    if !may(actor, Command::Apply, Target::Server, &context.base.settings) {
        return Err(ApplyError::NotAllowed);
    }
    let mut changes = Vec::new();
    for client in &declared.clients {
        changes.extend(apply_client(context, actor, client, dry_run).await?);
    }
    for account in &declared.users {
        let change = apply_account(&context.base, &context.hashing, actor, account, dry_run).await;
        changes.extend(change.map_err(|refusal| ApplyError::Account(account.username.clone(), refusal))?);
    }
    Ok(changes)
}

async fn apply_client(
    context: &Context,
    actor: Actor<'_>,
    declared: &ClientMetadata,
    dry_run: bool,
) -> Result<Option<Change>, ApplyError> {
    let id = declared.client_id.as_ref().ok_or(ApplyError::ClientWithoutId)?;
    let refused = |refusal| ApplyError::Client(id.to_string(), refusal);
    match clients::client_by_id(&context.base, actor, id).await {
        Err(ClientRefusal::Unknown) => {
            if needs_secret(declared) && declared.client_secret.is_none() {
                return Err(ApplyError::ClientWithoutSecret(id.to_string()));
            }
            if !dry_run {
                clients::register_client(context, actor, declared)
                    .await
                    .map_err(refused)?;
            }
            Ok(Some(Change {
                kind: "client",
                name: id.to_string(),
                fields: Vec::new(),
                new: true,
            }))
        }
        Err(refusal) => Err(refused(refusal)),
        Ok(before) => {
            let same_secret = is_secret_of(&context.keys, &context.hashing, declared, &before)
                .await
                .map_err(refused)?;
            if !same_secret && declared.client_secret.is_none() {
                return Err(ApplyError::ClientWithoutSecret(id.to_string()));
            }
            let mut declared = declared.clone();
            if same_secret {
                declared.client_secret = None;
            }
            let fields = differences(&before, &declared);
            if fields.is_empty() {
                return Ok(None);
            }
            if !dry_run {
                clients::update_client(context, actor, before.key, &declared, None)
                    .await
                    .map_err(refused)?;
            }
            Ok(Some(Change {
                kind: "client",
                name: id.to_string(),
                fields,
                new: false,
            }))
        }
    }
}

/// `true` if the client has the declared secret, in the form that its declared method needs.
async fn is_secret_of(
    keys: &Keys,
    hashing: &Hashing,
    declared: &ClientMetadata,
    client: &Client,
) -> Result<bool, ClientRefusal> {
    let method = declared.token_endpoint_auth_method.unwrap_or(client.auth_method);
    let changes_form = method.has_secret()
        && client.secret.is_some()
        && (method == ClientAuthMethod::ClientSecretJwt)
            != matches!(client.secret, Some(StoredSecret::Sealed(_)));
    let Some(secret) = &declared.client_secret else {
        return Ok(!changes_form);
    };
    if changes_form {
        return Ok(false);
    }
    let Ok(presented) = pixie_oauth::ClientSecret::parse(secret) else {
        return Ok(false);
    };
    Ok(match &client.secret {
        Some(StoredSecret::Sha256(hash)) => presented.matches(hash),
        Some(StoredSecret::Argon2id(phc)) => {
            let hash = PasswordHash::from_phc(phc.clone());
            hashing
                .verify(Priority::Later, presented.expose(), Some(&hash))
                .await?
        }
        Some(StoredSecret::Sealed(_)) => sealed_secret::is_secret(&keys.purpose, client, &presented),
        None => false,
    })
}

async fn apply_account(
    base: &Base,
    hashing: &Hashing,
    actor: Actor<'_>,
    declared: &AccountDeclaration,
    dry_run: bool,
) -> Result<Option<Change>, AccountRefusal> {
    let name = Username::parse(&declared.username)?.to_string();
    match sign_up::find_account(&*base.store, &name).await {
        Err(AccountRefusal::Unknown) => {
            if !dry_run {
                people::add_account(
                    base,
                    hashing,
                    actor,
                    NewPerson {
                        username: name.clone(),
                        sub: declared.sub.clone(),
                        name: declared.name.clone(),
                        email: declared.email.clone(),
                        claims: declared.claims.clone().unwrap_or_default(),
                        groups: declared.groups.clone().unwrap_or_default(),
                        password: declared.password.clone().map(Zeroizing::new),
                        administrator: declared.administrator.unwrap_or(false),
                    },
                )
                .await?;
            }
            Ok(Some(Change {
                kind: "user",
                name,
                fields: Vec::new(),
                new: true,
            }))
        }
        Err(refusal) => Err(refusal),
        Ok(before) => {
            declared.check_subject(&before)?;
            let after = declared.applied_to(&before)?;
            let changed = [
                ("name", before.name != after.name),
                ("email", before.email != after.email),
                ("claims", before.claims != after.claims),
                ("groups", before.groups != after.groups),
                ("administrator", before.administrator != after.administrator),
            ];
            let fields: Vec<_> = changed
                .into_iter()
                .filter(|(_, differs)| *differs)
                .map(|(field, _)| field)
                .collect();
            if fields.is_empty() {
                return Ok(None);
            }
            if !dry_run {
                people::update_account(base, actor, after).await?;
            }
            Ok(Some(Change {
                kind: "user",
                name,
                fields,
                new: false,
            }))
        }
    }
}

fn needs_secret(declared: &ClientMetadata) -> bool {
    match declared.token_endpoint_auth_method {
        Some(method) => method.has_secret(),
        None => declared
            .grant_types
            .as_ref()
            .is_some_and(|grants| !grants.contains(&pixie_oauth::GrantType::AuthorizationCode)),
    }
}

/// The declared fields that the client does not have yet, in the order of their names' list.
fn differences(before: &Client, declared: &ClientMetadata) -> Vec<&'static str> {
    let own = before.metadata();
    let after = merge(own.clone(), declared);
    let (own, after) = (as_json(&own), as_json(&after));
    let differs = |field: &&Field| match field.name {
        "client_secret" => declared.client_secret.is_some(),
        "relaxations" if declared.relaxations.is_none() => false,
        "response_types" if declared.response_types.is_none() => false,
        name => comparable(field, own.get(name)) != comparable(field, after.get(name)),
    };
    let fields = ClientMetadata::FIELDS.iter().filter(differs);
    fields.map(|field| field.name).collect()
}

/// A value to compare: none if it is as much as leaving the field out. The order of words does not matter.
fn comparable(field: &Field, value: Option<&Value>) -> Option<Value> {
    let mut value = value?.clone();
    let nothing = match &mut value {
        Value::Null => true,
        Value::Bool(_) => value == field.default_value(),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => {
            if matches!(field.kind, Kind::Words(_)) {
                list.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
            }
            list.is_empty()
        }
        _ => false,
    };
    (!nothing).then_some(value)
}

#[cfg(test)]
mod tests;
