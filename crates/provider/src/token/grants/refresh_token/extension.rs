//! A refresh token that stays: its client is registered without rotation (`refresh_token_rotation`), and using it again is
//! normal.

use pixie_oauth::GrantType;

use super::{Refresh, RefreshedTokens};
use crate::clients::lifetimes::lifetimes_of;
use crate::context::Context;
use crate::store::{ExtendOutcome, ExtendRefreshToken};
use crate::token::refusal::TokenRefusal;
use crate::token::request::TokenRequest;
use crate::token::response::TokenResponse;

/// Moves the end of the refresh token. The response has the same refresh token again: clients that store what a response
/// has, and nothing else, keep it.
pub(super) async fn extend(
    context: &Context,
    request: &TokenRequest<'_>,
    refresh: Refresh<'_>,
    tokens: RefreshedTokens,
) -> Result<TokenResponse, TokenRefusal> {
    let (client, now) = (request.client.client(), request.now);
    let lifetimes = lifetimes_of(client, &context.base.settings.lifetimes);
    let response = tokens.response(refresh.scope, refresh.presented);
    let command = ExtendRefreshToken {
        presented: refresh.hash,
        client: client.key,
        now,
        expires_at: now
            .plus(lifetimes.refresh_token_idle)
            .min(refresh.record.grant_expires_at),
        access: tokens.access.stored,
    };
    let event = request.event_to_store(&context.base, GrantType::RefreshToken);
    let outcome = context.base.store.extend_refresh_token(command, event).await?;
    match outcome {
        ExtendOutcome::Extended => Ok(response),
        ExtendOutcome::Gone => Err(TokenRefusal::RevokedRefreshToken),
    }
}
