//! Token revocation (RFC 7009).

use pixie_oauth::RefreshToken;

use crate::clients::authentication::ClientEvidence;
use crate::discovery::paths;
use crate::provider::Provider;
use crate::store::{RevocableToken, RevokeOutcome, RevokeToken};
use crate::token::refusal::TokenRefusal;

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
        let Some(token) = self.revocable(text).await else {
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

    /// The token that a text is; `None` where this server cannot have issued it.
    pub(crate) async fn revocable(&self, text: &str) -> Option<RevocableToken> {
        match RefreshToken::parse(text) {
            Ok(token) => Some(RevocableToken::Refresh(token.hash())),
            Err(_) => self.access_token_hash(text).await.map(RevocableToken::Access),
        }
    }
}
