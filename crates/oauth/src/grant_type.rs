//! Grant types (RFC 6749 section 4; names of RFC 7591 section 2).

crate::words! {
    /// How a client comes to a token.
    GrantType, "unknown grant type" {
        /// RFC 6749 section 4.1.
        AuthorizationCode = "authorization_code",
        /// RFC 6749 section 6.
        RefreshToken = "refresh_token",
        /// RFC 6749 section 4.4.
        ClientCredentials = "client_credentials",
        /// Tokens in the authorization response (OpenID Connect Core sections 3.2 and 3.3); not for the token endpoint.
        Implicit = "implicit",
    }
}
