//! Authorization server metadata (RFC 8414), derived from what runs.

use pixie_oauth::{ChallengeMethod, ClientAuthMethod, GrantType, ResponseType, ServerMetadata};

use crate::client_auth;
use crate::provider::Provider;

/// Paths of the endpoints below the issuer, as in django-oauth-toolkit. The router and the metadata both read them.
pub mod paths {
    /// The authorization endpoint.
    pub const AUTHORIZE: &str = "authorize/";
    /// The token endpoint.
    pub const TOKEN: &str = "token/";
    /// The revocation endpoint.
    pub const REVOKE: &str = "revoke_token/";
    /// The introspection endpoint.
    pub const INTROSPECT: &str = "introspect/";
    /// The userinfo endpoint.
    pub const USERINFO: &str = "userinfo/";
    /// The JWK Set.
    pub const JWKS: &str = ".well-known/jwks.json";
}

impl Provider {
    /// The discovery document.
    pub fn metadata(&self) -> ServerMetadata {
        let issuer = self.issuer();
        let every_method: Vec<_> = client_auth::METHODS
            .iter()
            .map(|method| method.as_str())
            .collect();
        let secret_methods = client_auth::METHODS
            .iter()
            .filter(|method| **method != ClientAuthMethod::None);
        ServerMetadata {
            issuer: issuer.to_string(),
            authorization_endpoint: issuer.endpoint(paths::AUTHORIZE),
            token_endpoint: issuer.endpoint(paths::TOKEN),
            jwks_uri: issuer.endpoint(paths::JWKS),
            scopes_supported: self.settings().scopes.names(),
            response_types_supported: ResponseType::ALL.iter().map(|word| word.as_str()).collect(),
            response_modes_supported: vec!["query"],
            grant_types_supported: GrantType::ALL.iter().map(|word| word.as_str()).collect(),
            token_endpoint_auth_methods_supported: every_method.clone(),
            revocation_endpoint: issuer.endpoint(paths::REVOKE),
            revocation_endpoint_auth_methods_supported: every_method,
            introspection_endpoint: issuer.endpoint(paths::INTROSPECT),
            introspection_endpoint_auth_methods_supported: secret_methods
                .map(|method| method.as_str())
                .collect(),
            code_challenge_methods_supported: vec![ChallengeMethod::S256.as_str()],
            authorization_response_iss_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
        }
    }
}
