//! The token endpoint: the phases that no grant can skip (RFC 6749 section 3.2).

use pixie_oauth::GrantType;

use super::request::TokenRequest;
use super::response::TokenResponse;
use crate::clients::authentication::{ClientEvidence, authenticate};
use crate::context::Context;
use crate::paths;
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
    let grant = GrantType::parse(grant)
        .ok()
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
        GrantType::AuthorizationCode => authorization_code::run(context, &request).await,
        GrantType::RefreshToken => refresh_token::run(context, &request).await,
        GrantType::ClientCredentials => client_credentials::run(context, &request).await,
        GrantType::Implicit => Err(TokenRefusal::UnsupportedGrantType),
    };
    let response = response.inspect_err(|refusal| match refusal {
        TokenRefusal::ReusedRefreshToken => context.base.metrics.refresh_token_reused(),
        TokenRefusal::UsedCode => context.base.metrics.code_replayed(),
        _ => {}
    })?;
    // 5. Note what happened.
    context.base.metrics.token(grant);
    tracing::info!(client_id = %request.client.client().id, %grant, "token issued");
    Ok(response)
}
