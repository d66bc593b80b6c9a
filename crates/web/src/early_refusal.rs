//! Requests that are refused before their handler runs. The answer has the form of the endpoint: a page for people, JSON for
//! programs, which scripts of every origin may read where scripts ask, because it says nothing about anybody.

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, HeaderValue};
use http::{Method, StatusCode};
use serde_json::json;

use crate::cors;
use crate::metrics::ErrorCode;
use crate::page_error::PageError;
use crate::respond::{error_description, json as json_answer, retry_after};
use crate::route::Audience;

/// In the extensions of a request: the listener refused it, so that only method, path and peer can be relied on. The answer has
/// the form of the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedRequest {
    /// The status of the answer.
    pub status: StatusCode,
    /// The reason, as a part of a sentence.
    pub reason: &'static str,
}

/// The reason why no handler sees a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EarlyRefusal {
    /// The listener refused it.
    Listener(RefusedRequest),
    /// The endpoint does not answer this method.
    Method(Method),
    /// The body has a content coding, such as gzip.
    Encoded(String),
    /// The body is longer than so many bytes.
    TooLarge(usize),
    /// The body broke off, or its chunks cannot be read.
    BrokenBody,
    /// The body did not arrive in time.
    SlowBody,
    /// The handler took too long.
    SlowAnswer,
    /// No place of the request's class is free.
    Overloaded,
}

impl EarlyRefusal {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Listener(refused) => refused.status,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Encoded(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenBody => StatusCode::BAD_REQUEST,
            Self::SlowBody | Self::SlowAnswer => StatusCode::REQUEST_TIMEOUT,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The code (RFC 6749 sections 4.1.2.1 and 5.2).
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::SlowAnswer | Self::Overloaded => "temporarily_unavailable",
            _ => "invalid_request",
        }
    }

    /// A sentence for the developer.
    pub(crate) fn description(&self) -> String {
        match self {
            Self::Listener(refused) => format!("The request cannot be read: {}.", refused.reason),
            Self::Method(method) => {
                format!("{method} is not answered here; the methods that are stand in the header Allow.")
            }
            Self::Encoded(coding) => {
                format!(
                    "The body has the content coding {coding}; send it as it is, without Content-Encoding."
                )
            }
            Self::TooLarge(bytes) => {
                format!("The request is too large: its body may have {bytes} bytes at most.")
            }
            Self::BrokenBody => "The body broke off, or its chunks cannot be read.".to_owned(),
            Self::SlowBody => "The body did not arrive in time.".to_owned(),
            Self::SlowAnswer => "The request took too long. Try again shortly.".to_owned(),
            Self::Overloaded => "Too many requests are waiting. Try again shortly.".to_owned(),
        }
    }

    /// The answer of an endpoint. A page also writes a line to the log.
    pub(crate) fn answer(self, audience: Audience) -> Response {
        let (status, code) = (self.status(), self.code());
        let mut response = if audience == Audience::Person {
            PageError::Early(self.clone()).into_response()
        } else {
            let reason = self.description();
            if self == Self::Overloaded {
                tracing::debug!(reason, status = status.as_u16(), "refused");
            } else {
                tracing::warn!(reason, status = status.as_u16(), "refused");
            }
            let body = json!({ "error": code, "error_description": error_description(&reason) });
            let mut response = json_answer(status, body.to_string());
            let may_try_again = code == "temporarily_unavailable";
            retry_after(&mut response, may_try_again.then_some(1));
            ErrorCode::note(code, &mut response);
            match audience {
                Audience::Public | Audience::Client | Audience::Registration => {
                    cors::for_everybodys_scripts(response)
                }
                Audience::Api | Audience::Operator | Audience::Person => response,
            }
        };
        if matches!(self, Self::Encoded(_)) {
            // RFC 9110 section 15.5.16.
            let identity = HeaderValue::from_static("identity");
            response.headers_mut().insert(ACCEPT_ENCODING, identity);
        }
        response
    }
}
