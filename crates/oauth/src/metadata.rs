//! Authorization server metadata (RFC 8414 section 2).

use serde::Serialize;

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
    /// RFC 7009.
    pub revocation_endpoint: String,
    /// How clients authenticate there.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// RFC 7662.
    pub introspection_endpoint: String,
    /// How clients authenticate there.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// OpenID Connect RP-Initiated Logout 1.0.
    pub end_session_endpoint: String,
    /// Whether clients are told of a sign-out from server to server.
    pub backchannel_logout_supported: bool,
    /// Whether the session is named in that.
    pub backchannel_logout_session_supported: bool,
    /// Whether pages of clients are loaded at a sign-out.
    pub frontchannel_logout_supported: bool,
    /// Whether the session is named in their addresses.
    pub frontchannel_logout_session_supported: bool,
    /// The page that says whether the login has changed; OpenID Connect Session Management 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_session_iframe: Option<String>,
    /// RFC 7636: what every client may use.
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// RFC 9207.
    pub authorization_response_iss_parameter_supported: bool,
    /// Request objects by value; said because OpenID's default is easily mistaken.
    pub request_parameter_supported: bool,
    /// Request objects by reference; OpenID's default is `true`.
    pub request_uri_parameter_supported: bool,
    /// Claims and the userinfo endpoint; none without OpenID Connect.
    #[serde(flatten)]
    pub userinfo: Option<UserInfoMetadata>,
}
