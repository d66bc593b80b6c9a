//! What surrounds every request: its id, its log entry, the security headers, and the page for what failed.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{HeaderName, HeaderValue};
use pixie_provider::Randomness;
use pixie_provider::metrics::Label as _;
use tracing::Instrument;

use crate::admission::{Admitted, admit};
use crate::failure::Failure;
use crate::metrics::{Endpoint, Outcome};
use crate::pages::error;
use crate::trace::trace_id;
use crate::web::Web;

/// The id of a request: in its answer's `X-Request-Id`, in the log, on error pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    fn new(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; 16];
        // A request without an id of its own is still answered: what is secret asks for randomness itself.
        let _ = randomness.fill(&mut bytes[6..]);
        Self(format!("{:020x}", u128::from_be_bytes(bytes)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In the extensions of an answer: pages of others may show it in a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MayBeFramed;

/// Runs a request. Its query is never logged: it may hold codes and states.
pub(crate) async fn around(
    State((web, endpoint)): State<(Web, Endpoint)>,
    mut request: Request,
    next: Next,
) -> Response {
    let under_way = web.metrics().begin(endpoint);
    let id = RequestId::new(web.provider().randomness());
    let trace = trace_id(&request, &web.settings().trusted_proxies);
    // At the level of errors, so that whatever is logged of a request carries its id.
    let span = tracing::error_span!("request", id = id.as_str(), method = %request.method(), path = request.uri().path(), trace);
    request.extensions_mut().insert(id.clone());
    let answer = async {
        let mut response = match admit(&web, request).await {
            Ok(Admitted { request, place }) => {
                let response = next.run(request).await;
                drop(place);
                response
            }
            Err(refused) => refused,
        };
        if let Some(failure) = response.extensions_mut().remove::<Failure>() {
            response = error::page(&web, &id, &failure);
        }
        let outcome = Outcome::of(&mut response);
        let status = response.status().as_u16();
        let took = under_way.answered(outcome);
        let (endpoint, outcome) = (endpoint.value(), outcome.value());
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(target: "pixie::requests", endpoint, outcome, status, microseconds, "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    let may_be_framed = response.extensions_mut().remove::<MayBeFramed>().is_some();
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !may_be_framed {
        let deny = HeaderValue::from_static("DENY");
        headers.insert(HeaderName::from_static("x-frame-options"), deny);
    }
    if web.is_https() {
        let hsts = HeaderValue::from_static("max-age=31536000");
        headers.insert(http::header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}
