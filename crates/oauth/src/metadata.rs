//! Authorization server metadata (RFC 8414 section 2).

use serde::Serialize;

use crate::logout_metadata::LogoutMetadata;
use crate::sign_in_metadata::SignInMetadata;
use crate::userinfo_metadata::UserInfoMetadata;

/// The discovery document. It is derived from the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerMetadata {
    /// The issuer, byte for byte.
    pub issuer: String,
    /// The URL of the authorization endpoint.
    pub authorization_endpoint: String,
    /// The URL of the token endpoint.
    pub token_endpoint: String,
    /// The public keys.
    pub jwks_uri: String,
    /// The URL of the registration endpoint (RFC 7591); `None` if dynamic registration is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// Every scope that clients may request.
    pub scopes_supported: Vec<String>,
    /// Response types offered.
    pub response_types_supported: Vec<&'static str>,
    /// The response modes of the authorization endpoint.
    pub response_modes_supported: Vec<&'static str>,
    /// Grants offered.
    pub grant_types_supported: Vec<&'static str>,
    /// How clients authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Signature algorithms of client assertions there.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7009.
    pub revocation_endpoint: String,
    /// How clients authenticate there.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Signature algorithms of client assertions there.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7662.
    pub introspection_endpoint: String,
    /// How clients authenticate there.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Signature algorithms of client assertions there.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7636: what every client may use.
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// RFC 9207.
    pub authorization_response_iss_parameter_supported: bool,
    /// `true` if request objects by value are supported. OpenID's default is `false`.
    pub request_parameter_supported: bool,
    /// `true` if request objects by reference are supported. OpenID's default is `true`.
    pub request_uri_parameter_supported: bool,
    /// `true` if clients must register the URLs of their request objects.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_request_uri_registration: bool,
    /// Signature algorithms of request objects, with `none` if some clients need not sign them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_object_signing_alg_values_supported: Vec<&'static str>,
    /// Metadata about sign-in; `None` without OpenID Connect.
    #[serde(flatten)]
    pub sign_in: Option<SignInMetadata>,
    /// Metadata about logout; `None` without OpenID Connect.
    #[serde(flatten)]
    pub logout: Option<LogoutMetadata>,
    /// Metadata about claims and the userinfo endpoint; `None` without OpenID Connect.
    #[serde(flatten)]
    pub userinfo: Option<UserInfoMetadata>,
}
