//! Authorization server metadata (RFC 8414 section 2).

use serde::Serialize;

use crate::logout_metadata::LogoutMetadata;
use crate::sign_in_metadata::SignInMetadata;
use crate::userinfo_metadata::UserInfoMetadata;

/// The discovery document. It is built from what runs, never by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerMetadata {
    /// The issuer, byte for byte.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    /// Where codes become tokens.
    pub token_endpoint: String,
    /// The public keys.
    pub jwks_uri: String,
    /// RFC 7591; nothing where clients do not register themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// Every scope that may be asked for.
    pub scopes_supported: Vec<String>,
    /// Response types offered.
    pub response_types_supported: Vec<&'static str>,
    /// How the authorization endpoint answers.
    pub response_modes_supported: Vec<&'static str>,
    /// Grants offered.
    pub grant_types_supported: Vec<&'static str>,
    /// How clients authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What assertions may be signed with there.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7009.
    pub revocation_endpoint: String,
    /// How clients authenticate there.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What assertions may be signed with there.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7662.
    pub introspection_endpoint: String,
    /// How clients authenticate there.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What assertions may be signed with there.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7636: what every client may use.
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// RFC 9207.
    pub authorization_response_iss_parameter_supported: bool,
    /// Request objects by value; said because OpenID's default is easily mistaken.
    pub request_parameter_supported: bool,
    /// Request objects by reference; OpenID's default is `true`.
    pub request_uri_parameter_supported: bool,
    /// Whether clients have to register the addresses of their request objects.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_request_uri_registration: bool,
    /// What request objects may be signed with; `none` is among them where some clients need not sign them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_object_signing_alg_values_supported: Vec<&'static str>,
    /// Signing in; none without OpenID Connect.
    #[serde(flatten)]
    pub sign_in: Option<SignInMetadata>,
    /// Signing out; none without OpenID Connect.
    #[serde(flatten)]
    pub logout: Option<LogoutMetadata>,
    /// Claims and the userinfo endpoint; none without OpenID Connect.
    #[serde(flatten)]
    pub userinfo: Option<UserInfoMetadata>,
}
