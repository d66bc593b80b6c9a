//! Error codes of the authorization endpoint (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6).

crate::words! {
    /// The `error` parameter of the redirect to the client.
    AuthorizationErrorCode, "unknown authorization error" {
        /// The request is malformed.
        InvalidRequest = "invalid_request",
        /// The client may not ask for this.
        UnauthorizedClient = "unauthorized_client",
        /// The user denied the request.
        AccessDenied = "access_denied",
        /// The response type is not offered.
        UnsupportedResponseType = "unsupported_response_type",
        /// The scope is unknown, malformed or not for this client.
        InvalidScope = "invalid_scope",
        /// The server is overloaded or its store cannot write; try again.
        TemporarilyUnavailable = "temporarily_unavailable",
        /// `prompt=none`, and no user is signed in.
        LoginRequired = "login_required",
        /// `prompt=none`, and the user has not consented.
        ConsentRequired = "consent_required",
        /// `prompt=none`, and the user would have to choose an account.
        AccountSelectionRequired = "account_selection_required",
        /// The authentication that the client requires is not possible (OpenID Connect Core Unmet Authentication
        /// Requirements section 2).
        UnmetAuthenticationRequirements = "unmet_authentication_requirements",
        /// The request object does not verify, or has claims that it may not have.
        InvalidRequestObject = "invalid_request_object",
        /// The request object cannot be fetched.
        InvalidRequestUri = "invalid_request_uri",
        /// A `resource` parameter is not an absolute URI (RFC 8707 section 2).
        InvalidTarget = "invalid_target",
        /// Request objects are not supported.
        RequestNotSupported = "request_not_supported",
        /// Request objects by reference are not supported.
        RequestUriNotSupported = "request_uri_not_supported",
    }
}
