//! Telling clients, from server to server, that a session has ended (OpenID Connect Back-Channel Logout 1.0 section 2).
//!
//! The store notes the clients down in the commit that ends the session, for every way in which a session ends; this
//! file notifies them. A client that does not answer is notified again, in growing pauses, for an hour.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::jose::JwtType;
use pixie_oauth::{LoggedOut, LogoutEvent, LogoutTokenClaims, WebUri};
use thiserror::Error;
use tokio::task::JoinSet;

use crate::entities::Client;
use crate::events::provider_metrics::LogoutOutcome;
use std::sync::Arc;

use crate::context::Context;
use crate::keys::SignError;
use crate::keys::signing;
use crate::outbound::OutboundError;
use crate::randomness::{RandomnessError, bytes};
use crate::store::{LeaseLogouts, LogoutDelivery, RetryLogout, StoreError};
use crate::tokens::id_token;
use crate::tokens::subject;

/// Seconds from one attempt to the next; when they are used up, the client is given up.
const PAUSES: [i64; 9] = [1, 5, 30, 60, 180, 300, 600, 1200, 1200];

/// Seconds after which another node may try what this one took; an attempt takes less by far.
const LEASE: i64 = 60;

/// Clients that one delivery notifies at the same time.
const AT_ONCE: u32 = 8;

/// Seconds for which a logout token is valid (section 2.4 advises two minutes at the most).
const LIFETIME: i64 = 120;

/// The results of the deliveries that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Clients that were notified.
    pub notified: u32,
    /// Clients that will be tried again.
    pub postponed: u32,
    /// Clients that refused, or did not answer for an hour.
    pub given_up: u32,
    /// Clients that no longer have a logout URI, or no longer exist.
    pub unwanted: u32,
}

/// The reason why a client was not notified.
#[derive(Debug, Error)]
enum DeliveryError {
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("its address {0}")]
    Outbound(#[from] OutboundError),
    #[error(transparent)]
    Signing(#[from] SignError),
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

impl DeliveryError {
    /// `true` if asking again cannot help.
    fn is_final(&self) -> bool {
        match self {
            Self::Status(status) => (400..500).contains(status) && !matches!(status, 408 | 425 | 429),
            Self::Outbound(error) => matches!(
                error,
                OutboundError::NotAnAddress
                    | OutboundError::NotHttps
                    | OutboundError::ForbiddenAddress
                    | OutboundError::Redirected
                    | OutboundError::NotConfigured
            ),
            Self::Signing(_) | Self::Randomness(_) => false,
        }
    }
}

pub(crate) async fn deliver_logouts(context: &Arc<Context>) -> Result<Delivered, StoreError> {
    let mut delivered = Delivered::default();
    loop {
        let now = context.base.now();
        let leased = context
            .base
            .store
            .lease_logouts(LeaseLogouts {
                now,
                leased_until: now.plus(LEASE),
                limit: AT_ONCE,
            })
            .await?;
        if leased.is_empty() {
            return Ok(delivered);
        }
        let mut under_way = JoinSet::new();
        for delivery in leased {
            let context = Arc::clone(context);
            under_way.spawn(async move { deliver(&context, delivery).await });
        }
        while let Some(finished) = under_way.join_next().await {
            // A task that panicked has left its lease, which runs out.
            let outcome = finished.unwrap_or(Ok(LogoutOutcome::Postponed))?;
            context.base.metrics.delivered(outcome);
            match outcome {
                LogoutOutcome::Notified => delivered.notified += 1,
                LogoutOutcome::Postponed => delivered.postponed += 1,
                LogoutOutcome::GivenUp => delivered.given_up += 1,
                LogoutOutcome::Unwanted => delivered.unwanted += 1,
            }
        }
    }
}

async fn deliver(context: &Context, delivery: LogoutDelivery) -> Result<LogoutOutcome, StoreError> {
    let LogoutDelivery {
        session, client: key, ..
    } = delivery;
    let client = context.base.store.find_client_by_key(key).await?;
    let address = client
        .as_ref()
        .and_then(|client| client.backchannel_logout_uri.as_ref())
        .map(WebUri::as_str);
    let (Some(client), Some(address)) = (&client, address) else {
        context.base.store.finish_logout(session, key).await?;
        return Ok(LogoutOutcome::Unwanted);
    };
    let client_id = &client.id;
    match tell(context, client, address, &delivery).await {
        Ok(()) => {
            tracing::info!(%client_id, "a client was told of a sign-out");
            context.base.store.finish_logout(session, key).await?;
            Ok(LogoutOutcome::Notified)
        }
        Err(reason) => match pause(delivery.attempts).filter(|_| !reason.is_final()) {
            Some(pause) => {
                tracing::info!(%client_id, %reason, attempt = delivery.attempts, pause, "a client was not told of a sign-out; trying again");
                let due_at = context.base.now().plus(pause);
                let retry = RetryLogout {
                    session,
                    client: key,
                    due_at,
                };
                context.base.store.retry_logout(retry).await?;
                Ok(LogoutOutcome::Postponed)
            }
            None => {
                tracing::warn!(%client_id, %reason, attempt = delivery.attempts, "a client was not told of a sign-out; given up");
                context.base.store.finish_logout(session, key).await?;
                Ok(LogoutOutcome::GivenUp)
            }
        },
    }
}

async fn tell(
    context: &Context,
    client: &Client,
    address: &str,
    delivery: &LogoutDelivery,
) -> Result<(), DeliveryError> {
    let now = context.base.now();
    let jti: [u8; 16] = bytes(&*context.base.randomness)?;
    let claims = LogoutTokenClaims {
        iss: context.base.settings.issuer.to_string(),
        aud: client.id.clone(),
        iat: now.seconds(),
        exp: now.plus(LIFETIME).seconds(),
        jti: URL_SAFE_NO_PAD.encode(jti),
        logged_out: LoggedOut::PersonOfSession {
            sub: subject::subject(&context.keys.purpose, client, delivery.local_subject()),
            sid: subject::session_identifier(&context.keys.purpose, client, delivery.session),
        },
        events: LogoutEvent,
    };
    let algorithm = id_token::id_token_algorithm(&context.base.settings, client);
    let token = signing::sign(
        &context.base,
        &context.keys,
        JwtType::LogoutToken,
        algorithm,
        claims,
    )
    .await?;
    // A token in compact form has only characters that a form leaves as they are.
    let status = context
        .outbound
        .post_form(address, format!("logout_token={token}"))
        .await?;
    if (200..300).contains(&status) {
        Ok(())
    } else {
        Err(DeliveryError::Status(status))
    }
}

/// How long to wait after so many attempts; nothing after the last.
fn pause(attempts: u32) -> Option<i64> {
    let made = usize::try_from(attempts).ok()?;
    PAUSES.get(made.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_within_about_an_hour() {
        assert_eq!(
            (pause(1), pause(2), pause(9), pause(10)),
            (Some(1), Some(5), Some(1200), None)
        );
        assert!(PAUSES.is_sorted());
        assert!((3500..3700).contains(&PAUSES.iter().sum::<i64>()));
    }

    #[test]
    fn a_client_that_refuses_is_not_asked_again_and_one_that_is_busy_is() {
        for status in [400, 401, 404, 410] {
            assert!(DeliveryError::Status(status).is_final(), "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503] {
            assert!(!DeliveryError::Status(status).is_final(), "{status}");
        }
        assert!(DeliveryError::from(OutboundError::ForbiddenAddress).is_final());
        assert!(!DeliveryError::from(OutboundError::TimedOut).is_final());
        assert!(!DeliveryError::from(OutboundError::Busy).is_final());
    }
}
