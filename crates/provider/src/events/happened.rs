//! The readers of an event that has happened: the log, the listener of the host application and the metrics. The store has read it in the commit before.

use pixie_oauth::GrantType;

use super::event::Event;
use super::listener::Occurrence;
use super::log;
use crate::base::Base;
use crate::events::provider_metrics::{ProviderMetrics, SignInOutcome};
use crate::operate::actor::Actor;

/// Logs and counts an event. The change that it tells of is on disk.
pub(crate) fn happened(base: &Base, actor: Actor<'_>, event: &Event<'_>) {
    log::write(actor, event);
    if let Some(listener) = &base.on_event {
        listener.happened(&Occurrence::new(base.now(), actor, event));
    }
    count(&base.metrics, event);
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
        | Event::TokensRevoked { .. } => {}
    }
}
