//! The answer of the token endpoint (RFC 6749 section 5.1).

use pixie_oauth::{RefreshToken, Scope};
use serde::Serialize;
use zeroize::Zeroizing;

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

/// The tokens that a grant issued.
pub(crate) struct IssuedTokens<'a> {
    pub(crate) access: &'a str,
    pub(crate) expires_in: i64,
    pub(crate) scope: &'a Scope,
    pub(crate) refresh: Option<&'a RefreshToken>,
    pub(crate) id_token: Option<&'a str>,
}
