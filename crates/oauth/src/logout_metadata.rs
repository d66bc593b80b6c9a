//! What discovery says of signing out (OpenID Connect RP-Initiated Logout, Front-Channel Logout, Back-Channel Logout and
//! Session Management, all 1.0).

use serde::Serialize;

/// The part of the discovery document that is about signing out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogoutMetadata {
    /// Where clients send people to sign out.
    pub end_session_endpoint: String,
    /// Whether clients are told of a sign-out from server to server.
    pub backchannel_logout_supported: bool,
    /// Whether the session is named in that.
    pub backchannel_logout_session_supported: bool,
    /// Whether pages of clients are loaded at a sign-out.
    pub frontchannel_logout_supported: bool,
    /// Whether the session is named in their addresses.
    pub frontchannel_logout_session_supported: bool,
    /// The page that says whether the login has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_session_iframe: Option<String>,
}
