//! Userinfo metadata in the discovery document (OpenID Connect Discovery section 3).

use serde::Serialize;

/// The part of the discovery document about claims and the userinfo endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserInfoMetadata {
    /// The URL of the userinfo endpoint.
    pub userinfo_endpoint: String,
    /// Signature algorithms of userinfo responses, for clients that registered one.
    pub userinfo_signing_alg_values_supported: Vec<&'static str>,
    /// The supported types of subject identifiers.
    pub subject_types_supported: Vec<&'static str>,
    /// The claims that clients can receive.
    pub claims_supported: Vec<String>,
    /// The supported claim types; `normal` are claims from this server.
    pub claim_types_supported: Vec<&'static str>,
    /// `true` if the `claims` parameter is supported.
    pub claims_parameter_supported: bool,
}
