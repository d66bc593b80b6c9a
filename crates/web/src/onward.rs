//! The way of an authorization request from page to page: in addresses, or in the bodies of forms if it came in one or is too long.
//!
//! Proxies in front of Pixie bound the headers of an answer; nginx gives them 4 KB unless it is set up otherwise.

use std::borrow::Cow;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::paths;

use crate::page_error::PageError;
use crate::pages::{go_on, send_on};
use crate::request_context::{RequestContext, own_path, redirect, with_next};
use crate::web::Web;

/// Bytes of an address at most. With the cookies of a sign-in and the other headers it fits into 4 KB.
const MAX_ADDRESS: usize = 3000;

/// Bytes of the address of a client at most, with an answer in it. Beside it are fewer headers than beside a page's.
const MAX_CLIENT_ADDRESS: usize = 3400;

/// Bytes of a path to a request in another address at most. A longer one is packed.
const MAX_PLAIN: usize = 2000;

/// The parameter that holds a whole request: packed in an address, as a query in a form.
pub(crate) const REQUEST: &str = "pixie_request";

/// The parameter that holds a sealed request, in the address of a host application's login page.
const SEALED: &str = "pixie_sealed";

/// A link to a page that returns to a path of ours.
pub(crate) struct Link {
    /// The address of the page, with the path to return to if that may stand in an address.
    pub(crate) address: String,
    /// The path to return to, for a field of a form, if it may not.
    pub(crate) by_form: Option<String>,
}

impl Web {
    /// The path that leads to a request.
    pub(crate) fn request_path(&self, query: &str) -> String {
        let plain = format!("{}?{query}", self.path(paths::AUTHORIZE));
        if written_again(&plain) <= MAX_PLAIN {
            return plain;
        }
        format!("{}?{REQUEST}={}", self.path(paths::AUTHORIZE), pack(query))
    }

    /// The parameters of the authorization request that a path of ours leads to, if it leads to one.
    pub(crate) fn request_in(&self, next: &str) -> Option<Params> {
        let (path, query) = own_path(next)?.split_once('?')?;
        let authorize = self.path(paths::AUTHORIZE);
        let same = path.trim_end_matches('/') == authorize.trim_end_matches('/');
        let query = self.unpacked(query);
        Params::parse(query.as_bytes()).ok().filter(|_| same)
    }

    /// A link to a page, which returns to `next`. The login page of a host application gets an address in any case.
    pub(crate) fn link(&self, page: &str, next: &str) -> Result<Link, PageError> {
        let (address, by_form) = match (self.stays_out_of_addresses(next), &self.settings().host_login) {
            (true, Some(host)) if host.path() == page => (with_next(page, &self.sealed(next)?), None),
            (true, _) => (page.to_owned(), Some(next.to_owned())),
            (false, _) => (with_next(page, next), None),
        };
        Ok(Link { address, by_form })
    }

    /// Returns true if a path may not be part of an address: the request that it leads to came by a form, or it is too long.
    fn stays_out_of_addresses(&self, next: &str) -> bool {
        !fits_in_an_address(next) || self.request_by_form(next).is_some()
    }

    /// The query of the request that a path leads to, if it goes in the body of a form to the authorization endpoint and not in an address.
    pub(crate) fn request_for_a_body(&self, next: &str) -> Option<String> {
        let request = self
            .request_in(next)
            .filter(|_| self.stays_out_of_addresses(next));
        request.map(|request| request.to_query())
    }

    fn request_by_form(&self, next: &str) -> Option<Params> {
        self.request_in(next)
            .filter(|request| self.provider().came_by_form(request))
    }

    /// The path with its request sealed, if that came by a form.
    fn sealed<'a>(&self, next: &'a str) -> Result<Cow<'a, str>, PageError> {
        let Some(request) = self.request_by_form(next) else {
            return Ok(Cow::Borrowed(next));
        };
        let sealed = self.provider().seal_request(&request.to_query());
        let sealed = sealed.map_err(|error| PageError::Unavailable(error.to_string()))?;
        let authorize = self.path(paths::AUTHORIZE);
        Ok(Cow::Owned(format!("{authorize}?{SEALED}={sealed}")))
    }

    /// The query of a request: itself, or the one that it packs or seals.
    pub(crate) fn unpacked<'a>(&self, query: &'a str) -> Cow<'a, str> {
        let only = |name: &str| {
            let value = query.strip_prefix(name)?.strip_prefix('=')?;
            Some(value).filter(|value| !value.contains('&'))
        };
        let sealed = || self.provider().open_request(only(SEALED)?);
        match only(REQUEST).map(unpack).or_else(sealed) {
            Some(query) => Cow::Owned(query),
            None => Cow::Borrowed(query),
        }
    }
}

/// Sends the browser to a page of ours, which returns to `next`.
pub(crate) fn to_page(
    context: &RequestContext,
    status: StatusCode,
    page: &str,
    next: &str,
    reason: Option<&str>,
) -> Result<Response, PageError> {
    let Link { address, by_form } = context.web.link(page, next)?;
    match (by_form, reason) {
        (Some(next), Some(reason)) => {
            send_on::page(context, &address, &[("next", &next), ("reason", reason)])
        }
        (Some(next), None) => send_on::page(context, &address, &[("next", &next)]),
        (None, Some(reason)) => Ok(redirect(status, &format!("{address}&reason={reason}"))),
        (None, None) => Ok(redirect(status, &address)),
    }
}

/// Sends the browser to the consent page of a request.
pub(crate) fn to_consent(
    context: &RequestContext,
    status: StatusCode,
    request: &Params,
    query: &str,
) -> Result<Response, PageError> {
    let page = context.web.path("consent/");
    if query.len() > MAX_ADDRESS || context.web.provider().came_by_form(request) {
        return send_on::page(context, &page, &[("request", query)]);
    }
    Ok(redirect(status, &format!("{page}?{query}")))
}

/// Sends the browser to a path of ours from which it was sent to a page.
pub(crate) fn follow(
    context: &RequestContext,
    status: StatusCode,
    next: &str,
) -> Result<Response, PageError> {
    match context.web.request_for_a_body(next) {
        Some(request) => {
            let action = context.web.path(paths::AUTHORIZE);
            send_on::page(context, &action, &[(REQUEST, &request)])
        }
        None => Ok(redirect(status, next)),
    }
}

/// Sends the browser to an address of a client: by a redirect, or by a page if a header of an answer may not be as long.
pub(crate) fn to_client(
    context: &RequestContext,
    status: StatusCode,
    destination: &str,
    address: &str,
) -> Result<Response, PageError> {
    if is_too_long_for_a_redirect(address) {
        return go_on::page(context, destination, address);
    }
    Ok(redirect(status, address))
}

/// Returns true if a header of an answer may not carry the address of a client.
pub(crate) fn is_too_long_for_a_redirect(address: &str) -> bool {
    address.len() > MAX_CLIENT_ADDRESS
}

/// Returns true if a form says where to return to and nothing else: the page is asked for, not answered.
pub(crate) fn only_returns(form: &Params) -> bool {
    form.get("next").is_some() && form.names().all(|name| ["next", "reason"].contains(&name))
}

/// Returns true if a form has a request and nothing else: the consent page is asked for, not answered.
pub(crate) fn only_asks(form: &Params) -> bool {
    form.names().eq(["request"])
}

/// Returns true if a path to return to is short enough for the address of a page.
pub(crate) fn fits_in_an_address(next: &str) -> bool {
    written_again(next) <= MAX_ADDRESS
}

/// The length of a text as the value of a parameter.
fn written_again(text: &str) -> usize {
    form_urlencoded::byte_serialize(text.as_bytes())
        .map(str::len)
        .sum()
}

/// Writes a query with the characters that are not encoded again in the value of a parameter: letters, digits and `*-._`.
/// Percent-encoding it a second time would make `%7B` into `%257B`.
fn pack(query: &str) -> String {
    let mut packed = String::with_capacity(query.len() + query.len() / 8);
    let bytes = query.as_bytes();
    for (at, byte) in bytes.iter().copied().enumerate() {
        let encodes = || {
            let digits = bytes.get(at + 1..at + 3);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => packed.push(char::from(byte)),
            b'%' if encodes() => packed.push('*'),
            b'&' => packed.push_str("*."),
            b'=' => packed.push_str("*-"),
            b'+' => packed.push_str("*_"),
            b'~' => packed.push_str("**"),
            other => packed.push_str(&format!("*{other:02X}")),
        }
    }
    packed
}

/// The query of a packed text. It means the same as the query that was packed, in which more characters may have been plain.
fn unpack(packed: &str) -> String {
    let mut query = String::with_capacity(packed.len());
    let mut characters = packed.chars().peekable();
    while let Some(character) = characters.next() {
        let short = match (character, characters.peek()) {
            ('*', Some('.')) => Some('&'),
            ('*', Some('-')) => Some('='),
            ('*', Some('_')) => Some('+'),
            ('*', Some('*')) => Some('~'),
            _ => None,
        };
        match short {
            Some(short) => {
                query.push(short);
                characters.next();
            }
            None if character == '*' => query.push('%'),
            None => query.push(character),
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_query_has_the_same_parameters_and_is_not_encoded_again() {
        let plain =
            "client_id=a&redirect_uri=https%3A%2F%2Fa.example%2Fcb%3Fx%3D1&state=a+b~c*d-_.&empty=&%2a=%7B";
        for query in [plain, "", "a", "=", "&&a=1", "a=**&b=*.", "a=/:?@!$'()*,;"] {
            let packed = pack(query);
            assert_eq!(written_again(&packed), packed.len(), "{packed}");
            let unpacked = unpack(&packed);
            assert_eq!(
                Params::parse(unpacked.as_bytes()),
                Params::parse(query.as_bytes()),
                "{query} {packed} {unpacked}"
            );
        }
        let encoded = "%7B".repeat(833);
        assert_eq!(pack(&encoded).len(), encoded.len());
    }

    proptest::proptest! {
        #[test]
        fn any_query_survives_being_packed(query in "[ -~\u{e4}\u{2028}]{0,60}") {
            let unpacked = unpack(&pack(&query));
            proptest::prop_assert_eq!(Params::parse(unpacked.as_bytes()), Params::parse(query.as_bytes()));
        }

        #[test]
        fn any_text_is_unpacked_without_a_fault(packed in ".{0,60}") {
            unpack(&packed);
        }
    }
}
