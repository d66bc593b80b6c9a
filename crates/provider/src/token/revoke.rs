//! Token revocation (RFC 7009).

use pixie_oauth::RefreshToken;

use crate::base::Base;
use crate::context::Context;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::keys::Keys;
use crate::paths;
use crate::store::{RevocableToken, RevokeOutcome, RevokeToken};
use crate::token::client_authentication::{ClientEvidence, authenticate};
use crate::token::refusal::TokenRefusal;
use crate::tokens::access_token;

pub(crate) async fn revoke(context: &Context, evidence: ClientEvidence<'_>) -> Result<(), TokenRefusal> {
    let client = authenticate::authenticate_client(context, evidence, paths::REVOKE).await?;
    let text = evidence
        .params
        .get("token")
        .ok_or(TokenRefusal::Missing("token"))?;
    let Some(token) = revocable(&context.base, &context.keys, text).await else {
        return Ok(());
    };
    let command = RevokeToken {
        token,
        client: Some(client.client().key),
        now: context.base.now(),
    };
    let actor = Actor::client_itself(client.client(), evidence.request);
    let stored = context.base.stored_event(actor, &Event::TokenRevoked);
    match context.base.store.revoke_token(command, stored).await? {
        RevokeOutcome::Foreign => Err(TokenRefusal::ForeignToken),
        RevokeOutcome::Revoked | RevokeOutcome::Unknown => {
            context.base.happened(actor, &Event::TokenRevoked);
            Ok(())
        }
    }
}

/// The token that a text is; `None` if this server cannot have issued it.
pub(crate) async fn revocable(base: &Base, keys: &Keys, text: &str) -> Option<RevocableToken> {
    match RefreshToken::parse(text) {
        Ok(token) => Some(RevocableToken::Refresh(token.hash())),
        Err(_) => access_token::access_token_hash(base, keys, text)
            .await
            .map(RevocableToken::Access),
    }
}
