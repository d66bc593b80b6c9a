//! Token revocation (RFC 7009).

use pixie_oauth::{AccessToken, RefreshToken};

use crate::client_auth::ClientEvidence;
use crate::discovery::paths;
use crate::provider::Provider;
use crate::store::{RevocableToken, RevokeOutcome, RevokeToken};
use crate::token_refusal::TokenRefusal;

impl Provider {
    /// Ends a token of the client that asks; a refresh token takes its whole family with it. An unknown token is as
    /// good as ended (RFC 7009 section 2.2). `token_type_hint` is not needed: tokens show their kind.
    ///
    /// # Errors
    /// The client did not authenticate, or the token is another client's.
    pub async fn revoke(&self, evidence: ClientEvidence<'_>) -> Result<(), TokenRefusal> {
        let client = self.authenticate_client(evidence, paths::REVOKE).await?;
        let text = evidence
            .params
            .get("token")
            .ok_or(TokenRefusal::Missing("token"))?;
        let Some(token) = revocable(text) else {
            return Ok(());
        };
        let command = RevokeToken {
            token,
            client: Some(client.client().key),
            now: self.now(),
        };
        match self.store().revoke_token(command).await? {
            RevokeOutcome::Foreign => Err(TokenRefusal::ForeignToken),
            RevokeOutcome::Revoked | RevokeOutcome::Unknown => {
                tracing::info!(client_id = %client.client().id, "token revoked");
                Ok(())
            }
        }
    }
}

/// The token that a text is; `None` where this server cannot have issued it.
pub(crate) fn revocable(text: &str) -> Option<RevocableToken> {
    let access = AccessToken::parse(text).map(|token| RevocableToken::Access(token.hash()));
    access
        .or_else(|_| RefreshToken::parse(text).map(|token| RevocableToken::Refresh(token.hash())))
        .ok()
}
