//! Client authentication methods (RFC 7591 section 2, `token_endpoint_auth_method`).

crate::words! {
    /// How a client proves who it is.
    ClientAuthMethod, "unknown client authentication method" {
        /// It does not: a public client names itself by `client_id`.
        None = "none",
        /// The client secret in the `Authorization` header.
        ClientSecretBasic = "client_secret_basic",
        /// The client secret in the body.
        ClientSecretPost = "client_secret_post",
        /// An assertion signed with a key that it has registered (RFC 7523, OpenID Connect Core section 9).
        PrivateKeyJwt = "private_key_jwt",
    }
}
