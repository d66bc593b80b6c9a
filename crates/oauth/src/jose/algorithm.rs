//! Signature algorithms (RFC 7518 section 3.1, RFC 8037 section 3.1).

crate::words! {
    /// A signature algorithm. `none` and HMAC are left out: a verifier never holds a key that signs.
    SigningAlgorithm, "unknown signing algorithm" {
        /// RSA PKCS #1 v1.5 with SHA-256, which every OpenID client understands.
        Rs256 = "RS256",
        /// RSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA on P-256 with SHA-256: small and fast.
        Es256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384",
        /// EdDSA with Ed25519 (RFC 8037 section 3.1).
        EdDsa = "EdDSA",
    }
}
