//! The words that fields of client metadata take (RFC 7591 section 2, OpenID Connect Dynamic Client Registration section
//! 2).

crate::words! {
    /// The ability of a client to keep a secret (RFC 6749 section 2.1).
    ClientType, "unknown client type" {
        /// The client cannot keep a secret: a browser, mobile or command-line application.
        Public = "public",
        /// The client can keep a secret: a program on a server.
        Confidential = "confidential",
    }
}

crate::words! {
    /// The kind of application (OpenID Connect Dynamic Client Registration section 2).
    ApplicationType, "unknown application type" {
        /// The client runs on a server or in a browser.
        Web = "web",
        /// The client runs on the user's device.
        Native = "native",
    }
}

crate::words! {
    /// The type of the subject identifier that a client receives (OpenID Connect Core section 8).
    SubjectType, "unknown subject type" {
        /// The same identifier for every client.
        Public = "public",
        /// A different one for each sector, so that applications cannot combine what they know about a user.
        Pairwise = "pairwise",
    }
}

crate::words! {
    /// The format of access tokens.
    AccessTokenFormat, "unknown access token format" {
        /// A random string; the server has its scope and expiry (RFC 7662).
        Opaque = "opaque",
        /// Signed claims that an API reads by itself (RFC 9068).
        Jwt = "jwt",
    }
}

crate::words! {
    /// The signature algorithm of a client's request objects (RFC 9101, OpenID Connect Core section 6.1).
    RequestObjectAlgorithm, "unknown request object algorithm" {
        /// The request object is not signed.
        Unsigned = "none",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA with P-256 and SHA-256.
        Es256 = "ES256",
        /// ECDSA with P-384 and SHA-384.
        Es384 = "ES384",
        /// EdDSA with Ed25519 (RFC 8037 section 3.1).
        EdDsa = "EdDSA",
    }
}

crate::words! {
    /// The signature algorithm of a client's assertions (RFC 7523, OpenID Connect Core section 9).
    AssertionAlgorithm, "unknown assertion algorithm" {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA with P-256 and SHA-256.
        Es256 = "ES256",
        /// ECDSA with P-384 and SHA-384.
        Es384 = "ES384",
        /// EdDSA with Ed25519 (RFC 8037 section 3.1).
        EdDsa = "EdDSA",
        /// HMAC with SHA-256 and the client secret, for `client_secret_jwt`.
        Hs256 = "HS256",
    }
}
