//! The readers of every event that has happened: the log and the metrics. The store has read it in the commit before.

use pixie_oauth::GrantType;

use super::actor::Actor;
use super::event::Event;
use super::log;
use super::provider_metrics::{ProviderMetrics, SignInOutcome};

/// Logs and counts an event. The change that it tells of is on disk.
pub(crate) fn happened(metrics: &ProviderMetrics, actor: Actor<'_>, event: &Event<'_>) {
    log::write(actor, event);
    count(metrics, event);
}

fn count(metrics: &ProviderMetrics, event: &Event<'_>) {
    match event {
        Event::SignedIn { .. } => metrics.sign_in(SignInOutcome::SignedIn),
        Event::SignInFailed { outcome } => metrics.sign_in(*outcome),
        Event::TokenIssued { grant, .. } => metrics.token(*grant),
        Event::TokenIntrospected => metrics.token_introspected(),
        Event::TokenRevoked => metrics.token_revoked(),
        Event::RefreshTokenReused => metrics.refresh_token_reused(),
        Event::CodeReplayed => metrics.code_replayed(),
        Event::AuthorizationGranted { response_type, .. } => {
            if response_type.has_token() {
                metrics.token(GrantType::Implicit);
            }
        }
        // Attempts are counted by their outcome.
        Event::MailSent { .. } | Event::MailGivenUp { .. } => {}
        Event::SignedOut { .. }
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
        | Event::ClientRegistered { .. }
        | Event::ClientChanged { .. }
        | Event::ClientSecretRotated { .. }
        | Event::ClientDeleted { .. }
        | Event::UnusedClientsDeleted { .. }
        | Event::FirstAdministratorLinkMade { .. }
        | Event::KeyAdded { .. }
        | Event::KeyWithdrawn { .. }
        | Event::MasterKeyAdded
        | Event::MasterKeysRetired
        | Event::TokensRevoked { .. } => {}
    }
}
