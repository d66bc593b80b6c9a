//! Authorization server metadata (RFC 8414), derived from what runs.

use pixie_oauth::{
    ChallengeMethod, ClientAuthMethod, GrantType, ResponseType, ServerMetadata, SubjectType, UserInfoMetadata,
};

use crate::provider::Provider;
use crate::{claims, client_auth};

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
    /// The logout endpoint, which is our own page for signing out too.
    pub const END_SESSION: &str = "logout/";
    /// The page that applications frame to watch the login.
    pub const CHECK_SESSION: &str = "check_session/";
    /// The JWK Set.
    pub const JWKS: &str = ".well-known/jwks.json";
}

/// Claims about a sign-in, which clients may ask for beside those about the person.
const CLAIMS_OF_SIGN_INS: [&str; 4] = ["sub", "iss", "auth_time", "acr"];

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
            logout: self.logout_metadata(),
            userinfo: self.userinfo_metadata(),
        }
    }

    fn userinfo_metadata(&self) -> Option<UserInfoMetadata> {
        let settings = self.settings();
        let signing = settings.signing_algorithms.iter();
        let about_people = CLAIMS_OF_SIGN_INS.into_iter().chain(claims::names(settings));
        settings.scopes.have_openid().then(|| UserInfoMetadata {
            userinfo_endpoint: settings.issuer.endpoint(paths::USERINFO),
            userinfo_signing_alg_values_supported: signing.map(|algorithm| algorithm.as_str()).collect(),
            subject_types_supported: SubjectType::ALL.iter().map(|word| word.as_str()).collect(),
            claims_supported: about_people.map(str::to_owned).collect(),
            claim_types_supported: vec!["normal"],
            claims_parameter_supported: true,
        })
    }
}
