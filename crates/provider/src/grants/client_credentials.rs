//! The client credentials grant (RFC 6749 section 4.4).

use pixie_oauth::{Audience, ClientType};

use crate::provider::Provider;
use crate::scope_rule::granted;
use crate::store::NewAccessToken;
use crate::token::{IssuedTokens, TokenRequest, TokenResponse};
use crate::token_refusal::TokenRefusal;

/// An access token for the client itself; no refresh token (RFC 6749 section 4.4.3).
pub(crate) async fn run(
    provider: &Provider,
    request: &TokenRequest<'_>,
) -> Result<TokenResponse, TokenRefusal> {
    let client = request.client.client();
    if client.client_type() == ClientType::Public {
        return Err(TokenRefusal::PublicClient);
    }
    let scope = granted(request.optional("scope"), client, &provider.settings().scopes)?;
    let access = provider.access_token()?;
    let expires_in = provider.settings().lifetimes.access_token;
    let token = NewAccessToken {
        hash: access.hash(),
        grant: None,
        client: client.key,
        user: None,
        scope: scope.clone(),
        audience: Audience::default(),
        issued_at: request.now,
        expires_at: request.now.plus(expires_in),
    };
    provider.store().issue_access_token(token).await?;
    Ok(TokenResponse::new(&IssuedTokens {
        access: &access,
        expires_in,
        scope: &scope,
        refresh: None,
    }))
}
