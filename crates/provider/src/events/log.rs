//! The lines of the log that events leave.

use super::actor::Actor;
use super::event::{AddedBy, Event, KeyAddedBy};

/// Writes the line of an event, if it leaves one.
pub(super) fn write(actor: Actor<'_>, event: &Event<'_>) {
    match *event {
        Event::SignedIn { account, .. } => tracing::info!(account = %account, "signed in"),
        Event::SignedOut { account, ended, .. } => {
            tracing::info!(account = %account, clients = ended.clients, grants = ended.grants, "signed out");
        }
        Event::AccountAdded {
            account,
            by: AddedBy::FirstAdministratorLink,
            ..
        } => tracing::info!(account = %account, "first administrator made"),
        Event::AccountAdded {
            account,
            administrator,
            ..
        } => tracing::info!(account = %account, administrator, by = %actor, "account made"),
        Event::AccountChanged {
            account,
            administrator,
        } => tracing::info!(account = %account, administrator, by = %actor, "account changed"),
        Event::PasswordChanged { account } => {
            tracing::info!(account = %account, by = %actor, "password changed");
        }
        Event::PasswordReset {
            account,
            removed_factors,
        } => {
            tracing::info!(account = %account, removed_factors, "password chosen by a link");
        }
        Event::InvitationMade { uses, expires_at } => {
            tracing::info!(uses, expires_at = expires_at.seconds(), by = %actor, "invitation made");
        }
        Event::ResetLinkMade {
            account,
            removes_factors,
            expires_at,
        } => {
            let expires_at = expires_at.seconds();
            tracing::info!(account = %account, removes_factors, expires_at, by = %actor, "reset link made");
        }
        Event::CredentialAdded { account, kind } => {
            tracing::info!(account = %account, credential = kind.as_str(), by = %actor, "credential added");
        }
        Event::CredentialRemoved { account, kind } => {
            tracing::info!(account = %account, credential = kind.as_str(), by = %actor, "credential removed");
        }
        Event::AccountDeleted { account } => {
            tracing::info!(account = %account, by = %actor, "account deleted");
        }
        Event::SessionsEnded { account, .. } => {
            tracing::info!(account = %account, by = %actor, "sessions ended");
        }
        Event::AccountDisabled { account, disabled } => {
            tracing::info!(account = %account, disabled, by = %actor, "account changed");
        }
        Event::AuthorizationGranted {
            client,
            account,
            response_type,
            ..
        } => {
            tracing::info!(client_id = %client.id, account = %account, %response_type, "authorization granted");
        }
        Event::AuthorizationWithdrawn { client, account } => {
            tracing::info!(account = %account, %client, by = %actor, "authorization withdrawn");
        }
        Event::UnusedClientsDeleted { number } => {
            tracing::info!(number, by = %actor, "unused clients deleted");
        }
        Event::FirstAdministratorLinkMade { expires_at } => {
            tracing::debug!(expires_at = expires_at.seconds(), by = %actor, "link for the first administrator made");
        }
        Event::KeyAdded {
            kid,
            algorithm,
            by: KeyAddedBy::Start,
            ..
        } => tracing::debug!(%algorithm, kid, "made a signing key"),
        Event::KeyAdded {
            kid,
            algorithm,
            by: KeyAddedBy::Rotation,
            ..
        } if matches!(actor, Actor::System) => {
            tracing::info!(kid, %algorithm, "published the next signing key");
        }
        Event::KeyAdded {
            kid,
            algorithm,
            by: KeyAddedBy::Rotation,
            ..
        } => tracing::info!(kid, %algorithm, by = %actor, "signing key rotated"),
        Event::KeyAdded {
            kid,
            algorithm,
            by: KeyAddedBy::Import,
            ..
        } => tracing::info!(kid, %algorithm, by = %actor, "signing key imported"),
        Event::KeyWithdrawn { kid, algorithm } => {
            tracing::info!(kid, %algorithm, by = %actor, "signing key withdrawn");
        }
        Event::MasterKeyAdded => tracing::info!(by = %actor, "another master key opens the keys"),
        Event::MasterKeysRetired => {
            tracing::info!(by = %actor, "former master keys do not open the keys any more");
        }
        Event::TokenIssued { client, grant } => {
            tracing::info!(client_id = %client.id, %grant, "token issued");
        }
        Event::TokenRevoked => match actor {
            Actor::Client(acting) => tracing::info!(client_id = %acting.client.id, "token revoked"),
            Actor::Operator | Actor::Person(_) | Actor::Anonymous(_) | Actor::System => {
                tracing::info!(by = %actor, "token revoked");
            }
        },
        Event::TokensRevoked {
            account,
            client,
            revoked,
        } => {
            let account = account.map(tracing::field::display);
            let client = client.map(tracing::field::display);
            tracing::info!(account, client, revoked, by = %actor, "tokens revoked");
        }
        Event::ClientRegistered { client, again } => registered(actor, client, again),
        Event::ClientChanged { client } => {
            tracing::info!(client_id = %client.id, by = %actor, "client changed");
        }
        Event::ClientSecretRotated { client } => {
            tracing::info!(client_id = %client.id, by = %actor, "client secret rotated");
        }
        Event::ClientDeleted { client } if is_itself(actor, client) => {
            tracing::info!(client_id = %client.id, "client deleted itself");
        }
        Event::ClientDeleted { client } => {
            tracing::info!(client_id = %client.id, by = %actor, "client deleted");
        }
        // No line here: a refusal is logged with its answer.
        Event::SignInFailed { .. }
        | Event::TokenIntrospected
        | Event::RefreshTokenReused
        | Event::CodeReplayed => {}
        // The sender logs each attempt, with its reason.
        Event::MailSent { .. } | Event::MailGivenUp { .. } => {}
    }
}

fn registered(actor: Actor<'_>, client: &crate::entities::Client, again: bool) {
    let (client_id, itself) = (&client.id, is_itself(actor, client));
    match (itself, again) {
        (true, true) => tracing::info!(%client_id, "client registered itself again"),
        (true, false) => tracing::info!(%client_id, "client registered itself"),
        (false, _) => {
            tracing::info!(%client_id, trusted = client.trusted, by = %actor, "client registered");
        }
    }
}

fn is_itself(actor: Actor<'_>, client: &crate::entities::Client) -> bool {
    matches!(actor, Actor::Client(acting) if acting.client.key == client.key)
}
