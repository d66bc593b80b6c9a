//! The events that are stored: those that an auditor asks for, in the same commit as the change.
//!
//! Events that happen thousands of times a second are not stored unless the settings say so, and neither is what strangers
//! cause: nobody fills the database by being refused.

use serde_json::{Map, Value, json};

use super::actor::Actor;
use super::event::{AddedBy, Event};
use crate::clock::Timestamp;
use crate::settings::{RegistrationMode, Settings};
use crate::store::{EventActor, NewEvent};

/// The event as it is to be stored with the change that it tells of; nothing if it is only counted and logged.
pub(crate) fn stored_event(
    settings: &Settings,
    now: Timestamp,
    actor: Actor<'_>,
    event: &Event<'_>,
) -> Option<NewEvent> {
    if settings.events.retention.is_none() || !is_stored(settings, actor, event) {
        return None;
    }
    let mut details = details(event);
    let request = actor.request();
    if let Some(id) = request.id {
        details.insert("request_id".to_owned(), id.into());
    }
    if let Some(address) = request.address.filter(|_| settings.events.store_addresses) {
        details.insert("address".to_owned(), address.to_string().into());
    }
    Some(NewEvent {
        at: now,
        kind: event.kind(),
        actor: match actor {
            Actor::Operator => EventActor::Operator,
            Actor::Anonymous(_) => EventActor::Anonymous,
            Actor::System => EventActor::System,
            Actor::Person(person) => EventActor::Person(person.account.id),
            Actor::Client(client) => EventActor::Client(client.client.key),
        },
        account: event.account(),
        client: event.client(),
        details: Value::Object(details).to_string(),
    })
}

/// `true` if the sweep stores an event for each unused client that it deletes. In the mode in which anybody registers clients
/// it does not, as it stores none for their registration.
pub(crate) fn stores_swept_clients(settings: &Settings) -> bool {
    settings.events.retention.is_some() && settings.registration.mode != RegistrationMode::Open
}

fn is_stored(settings: &Settings, actor: Actor<'_>, event: &Event<'_>) -> bool {
    match event {
        Event::SignInFailed { .. }
        | Event::TokenIntrospected
        | Event::MailSent { .. }
        | Event::MailGivenUp { .. }
        | Event::RefreshTokenReused
        | Event::CodeReplayed => false,
        // The store makes one for each client.
        Event::UnusedClientsDeleted { .. } => false,
        Event::TokenIssued { .. } => settings.events.store_tokens,
        Event::TokenRevoked => matches!(actor, Actor::Operator | Actor::Person(_)),
        Event::AuthorizationGranted { consented, .. } => *consented || settings.events.store_tokens,
        Event::ClientRegistered { again: true, .. } => false,
        Event::ClientRegistered { .. } | Event::ClientChanged { .. } | Event::ClientDeleted { .. } => {
            // Anybody registers clients in this mode: what they do is counted, not stored.
            let open = settings.registration.mode == RegistrationMode::Open;
            !open || !matches!(actor, Actor::Client(acting) if !acting.administers)
        }
        Event::SignedIn { .. }
        | Event::SignedOut { .. }
        | Event::AccountAdded { .. }
        | Event::AccountChanged { .. }
        | Event::PasswordChanged { .. }
        | Event::PasswordReset { .. }
        | Event::InvitationMade { .. }
        | Event::ResetLinkMade { .. }
        | Event::CredentialAdded { .. }
        | Event::CredentialRemoved { .. }
        | Event::SessionsEnded { .. }
        | Event::AccountDeleted { .. }
        | Event::AccountDisabled { .. }
        | Event::AuthorizationWithdrawn { .. }
        | Event::ClientSecretRotated { .. }
        | Event::FirstAdministratorLinkMade { .. }
        | Event::KeyAdded { .. }
        | Event::KeyWithdrawn { .. }
        | Event::MasterKeyAdded
        | Event::MasterKeysRetired
        | Event::TokensRevoked { .. } => true,
    }
}

/// The details of an event, which have no columns of their own.
pub(super) fn details(event: &Event<'_>) -> Map<String, Value> {
    let details = match event {
        Event::SignedIn { session, methods, .. } => json!({ "session": session, "amr": methods }),
        Event::SignedOut { session, .. }
        | Event::SessionsEnded {
            session: Some(session),
            ..
        } => json!({ "session": session }),
        Event::AccountAdded {
            administrator, by, ..
        } => json!({
            "administrator": administrator,
            "by": match by {
                AddedBy::Administration => "administration",
                AddedBy::SignUp => "sign_up",
                AddedBy::Invitation => "invitation",
                AddedBy::FirstAdministratorLink => "first_administrator_link",
                AddedBy::HostApplication => "host_application",
                AddedBy::Upstream => "upstream",
            },
        }),
        Event::AccountChanged { administrator, .. } => json!({ "administrator": administrator }),
        Event::CredentialAdded { kind, .. } | Event::CredentialRemoved { kind, .. } => {
            json!({ "credential": kind.as_str() })
        }
        Event::ClientRegistered { client, .. } | Event::ClientChanged { client } => {
            json!({ "client_id": client.id, "skip_authorization": client.trusted })
        }
        Event::ClientSecretRotated { client } | Event::ClientDeleted { client } => {
            json!({ "client_id": client.id })
        }
        Event::AuthorizationGranted {
            client,
            response_type,
            ..
        } => {
            json!({ "client_id": client.id, "response_type": response_type.to_string() })
        }
        Event::KeyAdded {
            kid,
            algorithm,
            signs_from,
            ..
        } => {
            json!({ "kid": kid, "algorithm": algorithm.as_str(), "signs_from": signs_from })
        }
        Event::KeyWithdrawn { kid, algorithm } => json!({ "kid": kid, "algorithm": algorithm.as_str() }),
        Event::TokenIssued { client, grant } => {
            json!({ "client_id": client.id, "grant_type": grant.to_string() })
        }
        Event::MailSent { kind, .. } | Event::MailGivenUp { kind, .. } => json!({ "mail": kind.as_str() }),
        Event::FirstAdministratorLinkMade { expires_at } => json!({ "expires_at": expires_at }),
        Event::InvitationMade { uses, expires_at } => json!({ "uses": uses, "expires_at": expires_at }),
        Event::ResetLinkMade {
            removes_factors,
            expires_at,
            ..
        } => json!({ "removes_factors": removes_factors, "expires_at": expires_at }),
        Event::PasswordReset { removed_factors, .. } => json!({ "removed_factors": removed_factors }),
        Event::SignInFailed { .. }
        | Event::MasterKeyAdded
        | Event::MasterKeysRetired
        | Event::UnusedClientsDeleted { .. }
        | Event::PasswordChanged { .. }
        | Event::SessionsEnded { session: None, .. }
        | Event::AccountDeleted { .. }
        | Event::AccountDisabled { .. }
        | Event::AuthorizationWithdrawn { .. }
        | Event::TokenIntrospected
        | Event::TokenRevoked
        | Event::TokensRevoked { .. }
        | Event::RefreshTokenReused
        | Event::CodeReplayed => Value::Null,
    };
    match details {
        Value::Object(details) => details,
        _ => Map::new(),
    }
}
