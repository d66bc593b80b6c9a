//! The bearer token of a request: in one `Authorization` header and nowhere else (RFC 6750 section 2.1, RFC 9700
//! section 4.3.2).

use http::header::AUTHORIZATION;
use http::{HeaderMap, Uri};
use pixie_oauth::bearer_token;

use crate::refusal::Reason;

/// More than any issuer needs; a bound on what is hashed and sent on for a stranger.
const MAX_TOKEN_LENGTH: usize = 8192;

/// The bearer token of the request; `None` if it has none, or credentials of another scheme.
pub(crate) fn token<'a>(headers: &'a HeaderMap, uri: &Uri) -> Result<Option<&'a str>, Reason> {
    if query_has_token(uri) {
        return Err(Reason::TokenInQuery);
    }
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next().map(http::HeaderValue::as_bytes) else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Reason::RepeatedAuthorization);
    }
    let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
    if !is_scheme(scheme) {
        return Err(Reason::MalformedAuthorization);
    }
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Ok(None);
    }
    match bearer_token(value) {
        Some(token) if is_b64token(token) => Ok(Some(token)),
        _ => Err(Reason::MalformedAuthorization),
    }
}

/// A name that only looks different (`access%5Ftoken`) is the same name.
fn query_has_token(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token")
}

/// `auth-scheme`, a token of RFC 9110 section 5.6.2.
fn is_scheme(text: &[u8]) -> bool {
    !text.is_empty()
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// `b64token` of RFC 6750 section 2.1.
fn is_b64token(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    !digits.is_empty()
        && text.len() <= MAX_TOKEN_LENGTH
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}
