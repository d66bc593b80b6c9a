//! The outcome of a request: the code of its error if OAuth has one, otherwise the class of its status.

use axum::response::Response;
use http::StatusCode;
use pixie_provider::metrics::{Label, labels};

labels! {
    /// The outcome of a request.
    pub enum Outcome: "outcome" {
        /// A status of 100 to 199.
        Informed = "1xx",
        /// A status of 200 to 299.
        Succeeded = "2xx",
        /// A status of 300 to 399.
        Redirected = "3xx",
        /// A status of 400 to 499 without a code.
        Refused = "4xx",
        /// A status of 500 and more without a code.
        Failed = "5xx",
        /// Nobody waited for the answer: the peer had closed the connection.
        Abandoned = "abandoned",
        /// RFC 6749 section 4.1.2.1.
        AccessDenied = "access_denied",
        /// OpenID Connect Core section 3.1.2.6.
        AccountSelectionRequired = "account_selection_required",
        /// OpenID Connect Core section 3.1.2.6.
        ConsentRequired = "consent_required",
        /// RFC 6750 section 3.1.
        InsufficientScope = "insufficient_scope",
        /// RFC 6749 section 5.2.
        InvalidClient = "invalid_client",
        /// RFC 7591 section 3.2.2.
        InvalidClientMetadata = "invalid_client_metadata",
        /// RFC 6749 section 5.2.
        InvalidGrant = "invalid_grant",
        /// RFC 7591 section 3.2.2.
        InvalidRedirectUri = "invalid_redirect_uri",
        /// RFC 6749 section 5.2.
        InvalidRequest = "invalid_request",
        /// OpenID Connect Core section 3.1.2.6.
        InvalidRequestObject = "invalid_request_object",
        /// OpenID Connect Core section 3.1.2.6.
        InvalidRequestUri = "invalid_request_uri",
        /// RFC 6749 section 5.2.
        InvalidScope = "invalid_scope",
        /// RFC 8707 section 2.
        InvalidTarget = "invalid_target",
        /// RFC 6750 section 3.1.
        InvalidToken = "invalid_token",
        /// OpenID Connect Core section 3.1.2.6.
        LoginRequired = "login_required",
        /// OpenID Connect Core section 3.1.2.6.
        RequestNotSupported = "request_not_supported",
        /// OpenID Connect Core section 3.1.2.6.
        RequestUriNotSupported = "request_uri_not_supported",
        /// RFC 6749 section 4.1.2.1.
        TemporarilyUnavailable = "temporarily_unavailable",
        /// RFC 6749 section 5.2.
        UnauthorizedClient = "unauthorized_client",
        /// OpenID Connect Core Unmet Authentication Requirements section 2.
        UnmetAuthenticationRequirements = "unmet_authentication_requirements",
        /// RFC 6749 section 5.2.
        UnsupportedGrantType = "unsupported_grant_type",
        /// RFC 6749 section 4.1.2.1.
        UnsupportedResponseType = "unsupported_response_type",
    }
}

/// The code of an error, in the extensions of its answer until the frame has counted it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorCode(&'static str);

impl ErrorCode {
    /// Puts the code into the extensions of an answer.
    pub(crate) fn note(code: &'static str, response: &mut Response) {
        response.extensions_mut().insert(Self(code));
    }
}

impl Outcome {
    /// The outcome of a request with this answer.
    pub(crate) fn of(response: &mut Response) -> Self {
        // Most answers carry nothing, and then nothing is looked for.
        let code = response.extensions_mut().remove::<ErrorCode>();
        code.and_then(|ErrorCode(code)| Self::of_code(code))
            .unwrap_or_else(|| Self::of_status(response.status()))
    }

    fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.value() == code)
    }

    fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            ..200 => Self::Informed,
            200..300 => Self::Succeeded,
            300..400 => Self::Redirected,
            400..500 => Self::Refused,
            500.. => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use pixie_oauth::{AuthorizationErrorCode, BearerErrorCode, RegistrationErrorCode, TokenErrorCode};

    use super::*;

    #[test]
    fn every_error_code_has_a_name_of_its_own() {
        let token = TokenErrorCode::ALL.iter().map(|code| code.as_str());
        let authorization = AuthorizationErrorCode::ALL.iter().map(|code| code.as_str());
        let registration = RegistrationErrorCode::ALL.iter().map(|code| code.as_str());
        let bearer = BearerErrorCode::ALL.iter().map(|code| code.as_str());
        for code in token.chain(authorization).chain(registration).chain(bearer) {
            assert!(Outcome::of_code(code).is_some(), "{code}");
        }
    }
}
