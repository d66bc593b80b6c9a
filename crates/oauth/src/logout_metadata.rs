//! Logout metadata in the discovery document (OpenID Connect RP-Initiated Logout, Front-Channel Logout, Back-Channel Logout
//! and Session Management, all 1.0).

use serde::Serialize;

/// The members of the discovery document about logout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogoutMetadata {
    /// The URL to which clients send browsers for a logout.
    pub end_session_endpoint: String,
    /// `true` if clients are notified of a logout from server to server.
    pub backchannel_logout_supported: bool,
    /// `true` if logout tokens have `sid`.
    pub backchannel_logout_session_supported: bool,
    /// `true` if pages of clients are loaded at a logout.
    pub frontchannel_logout_supported: bool,
    /// `true` if the URLs of these pages have `sid`.
    pub frontchannel_logout_session_supported: bool,
    /// The page that reports a change of the session to clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_session_iframe: Option<String>,
}
