//! The token endpoint: the phases that no grant can skip (RFC 6749 section 3.2).

use pixie_oauth::GrantType;

use super::request::TokenRequest;
use super::response::TokenResponse;
use crate::context::Context;
use crate::events::event::Event;
use crate::paths;
use crate::token::client_authentication::{ClientEvidence, authenticate};
use crate::token::grants::{authorization_code, client_credentials, refresh_token};
use crate::token::refusal::TokenRefusal;

pub(crate) async fn token(
    context: &Context,
    evidence: ClientEvidence<'_>,
) -> Result<TokenResponse, TokenRefusal> {
    // 1. Who asks?
    let client = authenticate::authenticate_client(context, evidence, paths::TOKEN).await?;
    // 2. For which grant?
    let grant = evidence
        .params
        .get("grant_type")
        .ok_or(TokenRefusal::Missing("grant_type"))?;
    let grant = GrantType::named(grant)
        .filter(|grant| *grant != GrantType::Implicit)
        .ok_or(TokenRefusal::UnsupportedGrantType)?;
    // 3. May this client use it?
    if !client.client().may_use(grant) {
        return Err(TokenRefusal::GrantNotAllowed(grant));
    }
    // 4. Run it.
    let request = TokenRequest {
        evidence,
        client,
        now: context.base.now(),
    };
    let response = match grant {
        GrantType::AuthorizationCode => authorization_code::run(&context.base, &context.keys, &request).await,
        GrantType::RefreshToken => refresh_token::run(context, &request).await,
        GrantType::ClientCredentials => client_credentials::run(&context.base, &context.keys, &request).await,
        GrantType::Implicit => Err(TokenRefusal::UnsupportedGrantType),
    };
    // 5. Tell what happened.
    let event = match &response {
        Ok(_) => request.token_issued(grant),
        Err(TokenRefusal::ReusedRefreshToken) => Event::RefreshTokenReused,
        Err(TokenRefusal::UsedCode) => Event::CodeReplayed,
        Err(_) => return response,
    };
    context.base.happened(request.actor(), &event);
    response
}
