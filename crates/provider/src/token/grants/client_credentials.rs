//! The client credentials grant (RFC 6749 section 4.4).

use pixie_oauth::{Audience, ClientType, GrantType};

use crate::base::Base;
use crate::keys::Keys;
use crate::scopes::rule::granted;
use crate::token::refusal::TokenRefusal;
use crate::token::request::TokenRequest;
use crate::token::response::{IssuedTokens, TokenResponse};
use crate::tokens::access_token;
use crate::tokens::access_token::AccessTokenFor;

/// An access token for the client itself; no refresh token (RFC 6749 section 4.4.3).
pub(crate) async fn run(
    base: &Base,
    keys: &Keys,
    request: &TokenRequest<'_>,
) -> Result<TokenResponse, TokenRefusal> {
    let client = request.client.client();
    if client.client_type() == ClientType::Public {
        return Err(TokenRefusal::PublicClient);
    }
    let scope = granted(request.optional("scope"), client, &base.settings.scopes)?;
    let audience = request.audience(&Audience::default())?;
    let access = access_token::issue_access_token(
        base,
        keys,
        AccessTokenFor {
            client,
            person: None,
            grant: None,
            scope: &scope,
            audience: &audience,
            openid: None,
            confirmation: None,
            now: request.now,
        },
    )
    .await?;
    let stored = request.event_to_store(base, GrantType::ClientCredentials);
    base.store.issue_access_token(access.stored, stored).await?;
    Ok(TokenResponse::new(&IssuedTokens {
        access: &access.text,
        expires_in: access.expires_in,
        scope: &scope,
        refresh: None,
        id_token: None,
    }))
}
