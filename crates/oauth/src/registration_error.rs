//! Error codes of the registration endpoint (RFC 7591 section 3.2.2, and RFC 6750 section 3.1 for its tokens).

crate::words! {
    /// Error codes of dynamic client registration.
    RegistrationErrorCode, "unknown registration error" {
        /// A redirect URI that cannot be registered; 400.
        InvalidRedirectUri = "invalid_redirect_uri",
        /// Another field that cannot; 400.
        InvalidClientMetadata = "invalid_client_metadata",
        /// The body is no JSON object, or the request is malformed elsewhere; 400.
        InvalidRequest = "invalid_request",
        /// The token is missing or not valid for this client; 401.
        InvalidToken = "invalid_token",
        /// A good token without the scope; 403.
        InsufficientScope = "insufficient_scope",
        /// Too much at present; try again.
        TemporarilyUnavailable = "temporarily_unavailable",
    }
}
