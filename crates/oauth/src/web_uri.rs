//! An `http` or `https` URI that a client registers: a page of its own, or an endpoint that Pixie or a browser asks
//! (RFC 7591 section 2, OpenID Connect Dynamic Client Registration section 2).

use std::fmt;

use thiserror::Error;

use crate::host::{is_host, is_loopback, is_port};
use crate::origin::Origin;
use crate::redirect_uri::{authority, split_port, with_query};

const MAX_LENGTH: usize = 2000;

/// A URI with the scheme `http` or `https`, kept as written. It has a host and no user name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebUri(String);

/// The text is not a web URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "expected https://host or http://host with a path, at most 2000 visible ASCII characters without quotation marks, angle brackets and backslashes, and no user name"
)]
pub struct WebUriError;

impl WebUri {
    /// Reads a URI. The scheme is in lower case.
    ///
    /// # Errors
    /// Another scheme, no host, a user name, more than 2000 bytes, or a character that would end an HTML attribute.
    pub fn parse(text: &str) -> Result<Self, WebUriError> {
        let visible = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte);
        let (host, port) = split_port(authority_of(text).ok_or(WebUriError)?);
        if text.len() <= MAX_LENGTH && text.bytes().all(visible) && is_host(host) && port.is_none_or(is_port)
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(WebUriError)
        }
    }

    /// The URI as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `true` if the scheme is `https`.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The host without its port; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        split_port(self.authority()).0
    }

    /// The host with its port, if the URI names one.
    pub fn authority(&self) -> &str {
        authority_of(&self.0).unwrap_or_default()
    }

    /// The scheme, host and port.
    pub fn origin(&self) -> Option<Origin> {
        let scheme = if self.is_https() { "https" } else { "http" };
        Origin::parse(&format!("{scheme}://{}", self.authority())).ok()
    }

    /// `true` if the host is `localhost` or a loopback address.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// `true` if the URI has a fragment.
    pub fn has_fragment(&self) -> bool {
        self.0.contains('#')
    }

    /// The URI before its fragment.
    pub fn without_fragment(&self) -> &str {
        self.0.split_once('#').map_or(&self.0, |(before, _)| before)
    }

    /// The URI without its fragment, with parameters added to its query.
    pub fn with_query<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        with_query(self.without_fragment(), pairs)
    }
}

impl fmt::Display for WebUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

crate::serde_as_str!(WebUri);

fn authority_of(text: &str) -> Option<&str> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let authority = authority(rest);
    Some(authority.split_once('#').map_or(authority, |(before, _)| before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn uri(text: &str) -> WebUri {
        WebUri::parse(text).unwrap()
    }

    #[test]
    fn host_and_origin_are_those_that_a_browser_asks() {
        for (text, host, origin) in [
            (
                "https://a.example:8443/x?y#z",
                "a.example",
                "https://a.example:8443",
            ),
            ("https://A.example:443", "A.example", "https://a.example"),
            (
                "https://a.example#@evil.example/",
                "a.example",
                "https://a.example",
            ),
            ("http://[::1]:9000/", "[::1]", "http://[::1]:9000"),
        ] {
            let uri = uri(text);
            assert_eq!(uri.host(), host, "{text}");
            assert_eq!(uri.origin().unwrap().as_str(), origin, "{text}");
        }
    }

    #[test]
    fn other_schemes_users_and_characters_that_end_an_attribute_are_refused() {
        for text in [
            "",
            "https://",
            "https:///x",
            "HTTPS://a.example/",
            "ftp://a.example/",
            "//a.example/",
            "javascript:alert(1)",
            "https://user@a.example/",
            "https://a.example:port/",
            "https://a.example/\"onload=",
            "https://a.example/<",
            "https://a.example\\@b/",
            "https://a b/",
            "https://ä.example/",
        ] {
            assert_eq!(WebUri::parse(text), Err(WebUriError), "{text:?}");
        }
        assert!(WebUri::parse(&format!("https://a.example/{}", "x".repeat(MAX_LENGTH))).is_err());
    }

    #[test]
    fn parameters_are_added_before_the_fragment() {
        let out = uri("https://a.example/out?a=b#c").with_query([("sid", "1 2")]);
        assert_eq!(out, "https://a.example/out?a=b&sid=1+2");
        assert!(uri("https://a.example/#x").has_fragment());
    }

    proptest! {
        #[test]
        fn a_uri_that_is_read_has_the_origin_of_its_host(text in "https?://[a-z.:@#/?]{0,20}") {
            if let Ok(uri) = WebUri::parse(&text) {
                prop_assert!(!uri.host().is_empty());
                prop_assert!(uri.origin().is_some_and(|origin| origin.as_str().contains(uri.host())));
            }
        }
    }
}
