//! Error codes of the token, revocation and introspection endpoints (RFC 6749 section 5.2, RFC 7009 section 2.2.1).

crate::words! {
    /// The `error` member of the response. The HTTP status follows from it.
    TokenErrorCode, "unknown token error" {
        /// The request is malformed.
        InvalidRequest = "invalid_request",
        /// The client did not prove who it is.
        InvalidClient = "invalid_client",
        /// The code, refresh token or credential is invalid, expired, revoked or another client's.
        InvalidGrant = "invalid_grant",
        /// The client may not use this grant or endpoint.
        UnauthorizedClient = "unauthorized_client",
        /// There is no such grant.
        UnsupportedGrantType = "unsupported_grant_type",
        /// The scope is unknown, malformed, or more than was granted.
        InvalidScope = "invalid_scope",
        /// A `resource` parameter is not an absolute URI, or was not granted (RFC 8707 section 2).
        InvalidTarget = "invalid_target",
        /// Overloaded or without its disk; try again.
        TemporarilyUnavailable = "temporarily_unavailable",
    }
}

impl TokenErrorCode {
    /// The HTTP status that belongs to it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}
