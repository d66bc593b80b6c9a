//! Response types (RFC 6749 section 3.1.1).

crate::words! {
    /// What the authorization endpoint answers with.
    ResponseType, "unknown response type" {
        /// An authorization code.
        Code = "code",
    }
}
