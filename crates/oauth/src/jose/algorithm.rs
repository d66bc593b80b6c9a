//! Signature algorithms (RFC 7518 section 3.1, RFC 8037 section 3.1).

crate::words! {
    /// A signature algorithm. There is no `none` and no HMAC: whoever verifies never holds what signs.
    SigningAlgorithm, "unknown signing algorithm" {
        /// RSA PKCS #1 v1.5 with SHA-256, which every OpenID client understands.
        Rs256 = "RS256",
        /// RSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA on P-256 with SHA-256: small and fast.
        Es256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384",
        /// Ed25519.
        EdDsa = "EdDSA",
    }
}
