//! Client authentication methods (RFC 7591 section 2, `token_endpoint_auth_method`).

crate::words! {
    /// How a client proves who it is.
    ClientAuthMethod, "unknown client authentication method" {
        /// It does not: a public client names itself by `client_id`.
        None = "none",
        /// The client secret in the `Authorization` header or in the body: of a client that named no method. A word of Pixie's.
        ClientSecret = "client_secret",
        /// The client secret in the `Authorization` header.
        ClientSecretBasic = "client_secret_basic",
        /// The client secret in the body.
        ClientSecretPost = "client_secret_post",
        /// An assertion signed with the client secret (RFC 7523, OpenID Connect Core section 9).
        ClientSecretJwt = "client_secret_jwt",
        /// An assertion signed with a key that it has registered (RFC 7523, OpenID Connect Core section 9).
        PrivateKeyJwt = "private_key_jwt",
    }
}

impl ClientAuthMethod {
    /// The methods of the specifications, which the metadata of a server may list.
    pub const STANDARD: &'static [Self] = &[
        Self::None,
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
    ];

    /// The method as RFC 7591 section 2 writes it: a client that named none has `client_secret_basic`.
    #[must_use]
    pub const fn standard(self) -> Self {
        match self {
            Self::ClientSecret => Self::ClientSecretBasic,
            named => named,
        }
    }

    /// Returns `true` if the client has a secret.
    pub const fn has_secret(self) -> bool {
        match self {
            Self::ClientSecret | Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt => {
                true
            }
            Self::None | Self::PrivateKeyJwt => false,
        }
    }

    /// Returns `true` if the client signs assertions.
    pub const fn has_assertions(self) -> bool {
        matches!(self, Self::ClientSecretJwt | Self::PrivateKeyJwt)
    }
}
