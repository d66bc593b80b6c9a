//! The middleware of every route: request id, log entry, metrics, admission, security headers, error page.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use pixie_provider::metrics::Label as _;
use tracing::Instrument;

use crate::admission::{Admitted, admit};
use crate::metrics::Outcome;
use crate::page_error::PageError;
use crate::pages::error;
use crate::route::Route;
use crate::trace::trace_id;
use crate::web::Web;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// In the extensions of an answer: pages of other origins may show it in a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MayBeFramed;

/// Runs a request. Its query is never logged: it may hold codes and states.
pub(crate) async fn around(
    State((web, route)): State<(Web, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let timer = web.metrics().begin(route.endpoint);
    let id = web.request_ids().next();
    let trace = trace_id(&request, &web.settings().trusted_proxies);
    // At the level of errors, so that every line about a request carries its id.
    let span = tracing::error_span!("request", id = id.as_str(), method = %request.method(), path = request.uri().path(), trace);
    request.extensions_mut().insert(id);
    let answer = async {
        let mut response = match admit(&web, route, request).await {
            Ok(Admitted { request, place }) => {
                let response = next.run(request).await;
                drop(place);
                response
            }
            Err(refused) => refused,
        };
        if let Some(failure) = response.extensions_mut().remove::<PageError>() {
            response = error::page(&web, &id, &failure);
        }
        let outcome = Outcome::of(&mut response);
        let status = response.status().as_u16();
        let took = timer.finish(outcome);
        let (endpoint, outcome) = (route.endpoint.value(), outcome.value());
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(target: "pixie::requests", endpoint, outcome, status, microseconds, "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    let may_be_framed = response.extensions_mut().remove::<MayBeFramed>().is_some();
    let headers = response.headers_mut();
    headers.reserve(5);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !may_be_framed {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if web.is_https() {
        let hsts = HeaderValue::from_static("max-age=31536000");
        headers.insert(STRICT_TRANSPORT_SECURITY, hsts);
    }
    if let Some(value) = id.header() {
        headers.insert(X_REQUEST_ID, value);
    }
    response
}
