//! Admission under load: each class of requests has a limit of its own, so that a flood of one class takes nothing from
//! another. A request above the limit is answered 503 with `Retry-After` (RFC 9110 section 15.6.4).

mod body;
mod class;
mod limit;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pixie_provider::metrics::Label as _;
use tokio::sync::OwnedSemaphorePermit;

use crate::cors;
use crate::metrics::ErrorCode;
use crate::page_error::PageError;
use crate::respond::{json, retry_after};
use crate::route::{Audience, Route};
use crate::web::Web;

pub use class::RequestClass;
pub use limit::{ClassLoad, Shares};

pub(crate) use limit::Admission;

/// A request that was admitted, with its whole body. It holds its place until it is dropped.
pub(crate) struct Admitted {
    pub(crate) request: Request,
    pub(crate) place: Option<OwnedSemaphorePermit>,
}

/// Reads the body of a request and then waits for a place, or answers 503. The body comes first, so that a peer that sends it
/// slowly holds no place.
pub(crate) async fn admit(web: &Web, route: &Route, request: Request) -> Result<Admitted, Response> {
    let Some(class) = route.class_of(request.method()) else {
        return Ok(Admitted { request, place: None });
    };
    let request = body::read(request, web.settings().into())
        .await
        .map_err(|body::TooSlow| StatusCode::REQUEST_TIMEOUT.into_response())?;
    match web.admission().enter(class).await {
        Some(place) => Ok(Admitted {
            request,
            place: Some(place),
        }),
        None => Err(refuse(class, route.audience)),
    }
}

/// The answer of a full server: a page for people, JSON with `temporarily_unavailable` (RFC 6749 section 4.1.2.1) for programs.
fn refuse(class: RequestClass, audience: Audience) -> Response {
    tracing::debug!(class = class.value(), "too many requests of this class");
    if audience == Audience::Person {
        return PageError::Overloaded.into_response();
    }
    let body = r#"{"error":"temporarily_unavailable","error_description":"Too many requests are waiting. Try again shortly."}"#;
    let mut response = json(StatusCode::SERVICE_UNAVAILABLE, body.to_owned());
    retry_after(&mut response, Some(1));
    ErrorCode::note("temporarily_unavailable", &mut response);
    // It says nothing about anybody, and a script must be able to see that it is to come back.
    cors::for_registration(response)
}
