//! The client credentials grant (RFC 6749 section 4.4).

use pixie_oauth::{Audience, ClientType};

use crate::provider::Provider;
use crate::scopes::rule::granted;
use crate::token::endpoint::{IssuedTokens, TokenRequest, TokenResponse};
use crate::token::refusal::TokenRefusal;
use crate::tokens::access_token::AccessTokenFor;

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
    let audience = request.audience(&Audience::default())?;
    let access = provider
        .access_token_for(AccessTokenFor {
            client,
            user: None,
            grant: None,
            scope: &scope,
            audience: &audience,
            openid: None,
            now: request.now,
        })
        .await?;
    provider.store().issue_access_token(access.stored).await?;
    Ok(TokenResponse::new(&IssuedTokens {
        access: &access.text,
        expires_in: access.expires_in,
        scope: &scope,
        refresh: None,
        id_token: None,
    }))
}
