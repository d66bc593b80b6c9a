//! The issuer: the address that Pixie goes by, compared byte for byte by every client (RFC 8414 §2).

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use pixie_oauth::Issuer;
use toml::Value;

use super::setting::{Setting, must_be};

/// An issuer in the one spelling that browsers and clients agree on: no slash at the end, no default port, lower-case
/// host, no query, no fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerUrl {
    text: String,
    origin_length: usize,
    host: String,
}

impl IssuerUrl {
    /// The whole issuer, such as `https://login.example.com/o`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port (RFC 6454), such as `https://login.example.com`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.text[..self.origin_length]
    }

    /// The host: a name, or an address, which is in brackets if it is one of IPv6.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path, such as `/o`; empty if the issuer is only an origin.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.text[self.origin_length..]
    }

    /// `true` if the scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// `true` if the host is `localhost` or a loopback address: traffic to it stays on the machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let address = self
            .host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        self.host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    /// `true` if the host is a private address, or a name that no public name server resolves ([`Issuer::is_private`]).
    #[must_use]
    pub fn is_private(&self) -> bool {
        Issuer::parse(&self.text).is_ok_and(|issuer| issuer.is_private())
    }

    fn parse(text: &str) -> Result<Self, String> {
        if text.contains(['?', '#']) {
            return Err("must have no query and no fragment".to_owned());
        }
        let uri: Uri = text.parse().map_err(|_| must_be::<Self>())?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(must_be::<Self>());
        };
        if authority.as_str().contains('@') {
            return Err("must not contain a user name or a password".to_owned());
        }
        if authority.as_str() != authority.host() && authority.port_u16().is_none() {
            return Err("must have a port between 1 and 65535".to_owned());
        }
        let default_port = if scheme == "https" { 443 } else { 80 };
        let host = authority.host().to_ascii_lowercase();
        let origin = match authority.port_u16().filter(|port| *port != default_port) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        let path = uri.path().trim_end_matches('/');
        if !path.split('/').skip(1).all(is_plain_segment) {
            return Err("must have a path of letters, digits and -._~ between single slashes".to_owned());
        }
        let canonical = format!("{origin}{path}");
        if canonical != text {
            return Err(format!(
                "is compared byte for byte by clients and has one good spelling; write \"{canonical}\""
            ));
        }
        Ok(Self {
            text: canonical,
            origin_length: origin.len(),
            host,
        })
    }
}

fn is_plain_segment(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(plain)
}

impl Default for IssuerUrl {
    fn default() -> Self {
        Self::local(8000)
    }
}

impl IssuerUrl {
    /// The issuer of a server on this machine: `http://localhost:<port>/o`.
    #[must_use]
    pub fn local(port: u16) -> Self {
        let origin = format!("http://localhost:{port}");
        Self {
            text: format!("{origin}/o"),
            origin_length: origin.len(),
            host: "localhost".to_owned(),
        }
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Setting for IssuerUrl {
    fn form() -> String {
        "an address such as \"https://login.example.com/o\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        Self::parse(value.as_str().ok_or_else(must_be::<Self>)?)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.text.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_has_an_origin_and_a_path() {
        let issuer = IssuerUrl::parse("https://login.example.com:8443/realms/one").unwrap();
        assert_eq!(issuer.origin(), "https://login.example.com:8443");
        assert_eq!(issuer.path(), "/realms/one");
        assert_eq!(IssuerUrl::parse("https://example.com").unwrap().path(), "");
        assert_eq!(
            IssuerUrl::parse("http://localhost:8000/o").unwrap(),
            IssuerUrl::default()
        );
    }

    #[test]
    fn loopback_is_localhost_and_the_loopback_addresses_only() {
        for loopback in [
            "http://localhost",
            "http://127.0.0.1:8000",
            "http://127.8.8.8/o",
            "http://[::1]:8000/o",
        ] {
            assert!(IssuerUrl::parse(loopback).unwrap().is_loopback(), "{loopback}");
        }
        for other in [
            "http://localhost.example.com",
            "http://127.0.0.1.nip.io",
            "http://10.0.0.1",
            "http://[::2]",
        ] {
            assert!(!IssuerUrl::parse(other).unwrap().is_loopback(), "{other}");
        }
    }

    #[test]
    fn another_spelling_is_refused_with_the_good_one() {
        for (text, good) in [
            ("https://example.com/", "https://example.com"),
            ("https://example.com/o/", "https://example.com/o"),
            ("https://Example.com/o", "https://example.com/o"),
            ("https://example.com:443/o", "https://example.com/o"),
            ("http://localhost:80", "http://localhost"),
        ] {
            let complaint = IssuerUrl::parse(text).unwrap_err();
            assert!(complaint.ends_with(&format!("write \"{good}\"")), "{complaint}");
        }
    }

    #[test]
    fn what_is_not_an_issuer_is_refused() {
        let complaint = |text: &str| IssuerUrl::parse(text).unwrap_err();
        insta::assert_snapshot!(complaint("https://e.com/o?a=b"), @"must have no query and no fragment");
        insta::assert_snapshot!(complaint("https://e.com/o#top"), @"must have no query and no fragment");
        insta::assert_snapshot!(complaint("https://e.com:99999/o"), @"must have a port between 1 and 65535");
        insta::assert_snapshot!(complaint("https://me@e.com"), @"must not contain a user name or a password");
        for text in [
            "https://e.com/a//b",
            "https://e.com/../o",
            "https://e.com/{x}",
            "https://e.com/%6f",
        ] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(
                    complaint(text),
                    @"must have a path of letters, digits and -._~ between single slashes"
                );
            }
        }
        for text in [
            "",
            "e.com",
            "/o",
            "ftp://e.com",
            "mailto:me",
            "https://",
            "https://e.com/\n",
        ] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(
                    complaint(text),
                    @r#"must be an address such as "https://login.example.com/o""#
                );
            }
        }
    }
}
