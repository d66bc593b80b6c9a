//! The middleware of every route: request id, log entry, metrics, admission, security headers, error page.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use http::header::{
    COOKIE, HeaderName, HeaderValue, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use pixie_provider::metrics::Label as _;
use tokio::time::timeout;
use tracing::Instrument;

use crate::admission::{Admitted, admit};
use crate::early_refusal::{EarlyRefusal, RefusedRequest};
use crate::metrics::Outcome;
use crate::page_error::PageError;
use crate::pages::error;
use crate::peer::PeerAddress;
use crate::request_context::Identity;
use crate::route::Route;
use crate::trace::trace_id;
use crate::web::Web;

/// The target of log lines about the state of the server, which are no refusals of requests.
pub(crate) const OPERATION: &str = "pixie::operation";

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// In the extensions of an answer: pages of other origins may show it in a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MayBeFramed;

/// Runs the handler of a request, once there is a place for it.
async fn handle(web: &Web, route: &Route, request: Request, next: Next) -> Result<Response, EarlyRefusal> {
    let Admitted { request, place } = admit(web, route, request).await?;
    let response = next.run(request).await;
    drop(place);
    Ok(response)
}

/// Runs a request. Its query is never logged: it may hold codes and states.
pub(crate) async fn around(
    State((web, route)): State<(Web, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let timer = web.metrics().begin(route.endpoint);
    let id = web.request_ids().next();
    let proxies = &web.settings().trusted_proxies;
    let trace = trace_id(&request, proxies);
    let peer = PeerAddress::of(request.extensions());
    let address = proxies.client_of(peer.as_ref(), request.headers());
    // At the level of errors, so that every line about a request carries its id. What the sender chooses comes last.
    let span = tracing::error_span!(
        "request",
        id = id.as_str(),
        address = address.map(tracing::field::display),
        method = %request.method(),
        path = request.uri().path(),
        trace
    );
    request.extensions_mut().insert(Identity { id, address });
    let language = web.language(request.headers());
    let is_head = request.method() == Method::HEAD;
    if is_head && route.get_acts {
        // A HEAD request has no effect (RFC 9110 section 9.2.1). It is answered as if nobody were signed in.
        request.headers_mut().remove(COOKIE);
    }
    let answer = async {
        let outcome = match request.extensions_mut().remove::<RefusedRequest>() {
            None => timeout(web.settings().request_timeout, handle(&web, route, request, next))
                .await
                .unwrap_or(Err(EarlyRefusal::SlowAnswer)),
            Some(refused) => Err(EarlyRefusal::Listener(refused)),
        };
        let mut response = outcome.unwrap_or_else(|refusal| refusal.answer(route.audience));
        if let Some(failure) = response.extensions_mut().remove::<PageError>() {
            response = error::page(&web, language, &id, &failure);
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
    if is_head {
        headers.remove(SET_COOKIE);
    }
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
