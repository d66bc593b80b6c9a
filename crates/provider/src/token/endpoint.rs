//! The token endpoint: the phases that no grant can skip (RFC 6749 section 3.2).

use pixie_oauth::{Audience, GrantType, RefreshToken, Scope};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::clients::authentication;
use crate::clients::authentication::{AuthenticatedClient, ClientEvidence};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::discovery::paths;
use crate::token::grants::{authorization_code, client_credentials, refresh_token};
use crate::token::refusal::TokenRefusal;

/// A token request, its client already known.
pub(crate) struct TokenRequest<'a> {
    pub(crate) evidence: ClientEvidence<'a>,
    pub(crate) client: AuthenticatedClient,
    pub(crate) now: Timestamp,
}

impl TokenRequest<'_> {
    /// A parameter that must be sent.
    pub(crate) fn required(&self, name: &'static str) -> Result<&str, TokenRefusal> {
        self.evidence.params.get(name).ok_or(TokenRefusal::Missing(name))
    }

    /// For which of the granted resources the access token is to be: those that the request names, or all (RFC 8707
    /// section 2.2). Where none was granted by name, the client may name its own.
    pub(crate) fn audience(&self, granted: &Audience) -> Result<Audience, TokenRefusal> {
        let named = Audience::parse(self.evidence.params.resources())?;
        if named.is_empty() {
            Ok(granted.clone())
        } else if granted.is_empty() || granted.covers(&named) {
            Ok(named)
        } else {
            Err(TokenRefusal::ForeignResource)
        }
    }

    /// A parameter that may be sent.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.evidence.params.get(name)
    }
}

/// The body of a successful answer (RFC 6749 section 5.1), JSON. It holds tokens and does not show in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenResponse(Zeroizing<String>);

impl TokenResponse {
    /// The JSON, for the client.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// An answer as it was given before.
    pub(crate) fn repeated(json: Zeroizing<String>) -> Self {
        Self(json)
    }

    pub(crate) fn new(tokens: &IssuedTokens<'_>) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            access_token: &'a str,
            token_type: &'static str,
            expires_in: i64,
            scope: &'a Scope,
            #[serde(skip_serializing_if = "Option::is_none")]
            refresh_token: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            id_token: Option<&'a str>,
        }
        let body = Body {
            access_token: tokens.access,
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            scope: tokens.scope,
            refresh_token: tokens.refresh.map(RefreshToken::expose),
            id_token: tokens.id_token,
        };
        Self(Zeroizing::new(serde_json::to_string(&body).unwrap_or_default()))
    }
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// What a grant issued.
pub(crate) struct IssuedTokens<'a> {
    pub(crate) access: &'a str,
    pub(crate) expires_in: i64,
    pub(crate) scope: &'a Scope,
    pub(crate) refresh: Option<&'a RefreshToken>,
    pub(crate) id_token: Option<&'a str>,
}

pub(crate) async fn token(
    context: &Context,
    evidence: ClientEvidence<'_>,
) -> Result<TokenResponse, TokenRefusal> {
    // 1. Who asks?
    let client = authentication::authenticate_client(context, evidence, paths::TOKEN).await?;
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
    let response = response.inspect_err(|refusal| context.base.metrics.refused(refusal))?;
    // 5. Note what happened.
    context.base.metrics.token(grant);
    tracing::info!(client_id = %request.client.client().id, %grant, "token issued");
    Ok(response)
}
