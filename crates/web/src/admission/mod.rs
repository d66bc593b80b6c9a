//! Who is let in when more ask than can be answered: each class of requests has places of its own, so that no flood of
//! one class takes those of another. Whoever finds no place is told at once to come back (RFC 9110 section 15.6.4).

mod body;
mod class;
mod places;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pixie_provider::metrics::Label as _;
use tokio::sync::OwnedSemaphorePermit;

use crate::cors;
use crate::failure::Failure;
use crate::metrics::ErrorCode;
use crate::respond::{json, retry_after};
use crate::route::{Audience, Route};
use crate::web::Web;

pub use class::RequestClass;
pub use places::{ClassLoad, Shares};

pub(crate) use places::Admission;

/// A request that was let in, with its whole body; it holds its place until it is dropped.
pub(crate) struct Admitted {
    pub(crate) request: Request,
    pub(crate) place: Option<OwnedSemaphorePermit>,
}

/// Reads the body of a request and then finds it a place, or answers it. A peer that is slow with its body holds no
/// place: a few of them would otherwise shut everybody out.
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
        None => Err(come_back(class, route.audience)),
    }
}

/// Whoever is not let in: people get a page, machines the code of RFC 6749 section 4.1.2.1 and of its kin.
fn come_back(class: RequestClass, audience: Audience) -> Response {
    tracing::debug!(class = class.value(), "too many requests of this class");
    if audience == Audience::Person {
        return Failure::Overloaded.into_response();
    }
    let body = r#"{"error":"temporarily_unavailable","error_description":"Too many requests are waiting. Try again shortly."}"#;
    let mut response = json(StatusCode::SERVICE_UNAVAILABLE, body.to_owned());
    retry_after(&mut response, Some(1));
    ErrorCode::note("temporarily_unavailable", &mut response);
    // It says nothing about anybody, and a script must be able to see that it is to come back.
    cors::for_registration(response)
}
