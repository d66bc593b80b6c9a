//! The check that a request by cookie comes from the API's own pages: browsers send cookies also with requests of other
//! sites (CSRF).
//!
//! Browsers send the source of a request in `Sec-Fetch-Site` (Fetch Metadata) and in `Origin` (RFC 6454 section 7); a page
//! cannot forge them. Bearer tokens need no such check: browsers do not add them by themselves.

use http::header::{ORIGIN, UPGRADE};
use http::request::Parts;
use http::{HeaderName, Method};
use pixie_oauth::Origin;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Returns `true` if a request by session cookie is allowed: its method changes nothing, or a page of the `own` origin made
/// it.
pub(crate) fn is_allowed(head: &Parts, own: &Origin) -> bool {
    is_safe(head) || is_same_origin(head, own)
}

/// A WebSocket handshake is a GET, but what follows it may change anything.
fn is_safe(head: &Parts) -> bool {
    let safe_method = matches!(
        head.method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    );
    safe_method && !head.headers.contains_key(UPGRADE)
}

fn is_same_origin(head: &Parts, own: &Origin) -> bool {
    let only = |name| {
        let mut values = head.headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none())
    };
    if head.headers.contains_key(SEC_FETCH_SITE) {
        return only(SEC_FETCH_SITE).is_some_and(|site| site == "same-origin");
    }
    only(ORIGIN)
        .and_then(|origin| Origin::parse(origin.to_str().ok()?).ok())
        .is_some_and(|origin| origin == *own)
}
