//! Error codes of the authorization endpoint (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6).

crate::words! {
    /// What the redirect back to the client may say.
    AuthorizationErrorCode, "unknown authorization error" {
        /// The request is malformed.
        InvalidRequest = "invalid_request",
        /// The client may not ask for this.
        UnauthorizedClient = "unauthorized_client",
        /// The person said no.
        AccessDenied = "access_denied",
        /// Not a response type that is offered.
        UnsupportedResponseType = "unsupported_response_type",
        /// The scope is unknown, malformed or not for this client.
        InvalidScope = "invalid_scope",
        /// Overloaded or without its disk; try again.
        TemporarilyUnavailable = "temporarily_unavailable",
        /// `prompt=none`, and nobody is signed in.
        LoginRequired = "login_required",
        /// `prompt=none`, and the person has not consented.
        ConsentRequired = "consent_required",
        /// `prompt=none`, and the person would have to choose an account.
        AccountSelectionRequired = "account_selection_required",
        /// The authentication that the client insists on cannot be had (OpenID Connect Core Unmet Authentication
        /// Requirements section 2).
        UnmetAuthenticationRequirements = "unmet_authentication_requirements",
        /// The request object does not verify, or says what it may not.
        InvalidRequestObject = "invalid_request_object",
        /// The request object cannot be fetched.
        InvalidRequestUri = "invalid_request_uri",
        /// A resource is named that is none (RFC 8707 section 2).
        InvalidTarget = "invalid_target",
        /// Request objects are not supported.
        RequestNotSupported = "request_not_supported",
        /// Request objects by reference are not supported.
        RequestUriNotSupported = "request_uri_not_supported",
    }
}
