//! The address of a request, taken apart once (WHATWG URL, as browsers read it).

use pixie_provider::OutboundError;
use url::{Host, Url};

use crate::allowed::{AllowList, is_name, without_last_dot};

/// The target of a request. The host may be resolved; its addresses are not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// `true` if the connection uses TLS.
    pub(crate) tls: bool,
    /// The host: a name without a dot at the end, or an address, whichever way it was written.
    pub(crate) host: Host<String>,
    /// The port.
    pub(crate) port: u16,
    /// `true` if the operator has listed the host as allowed, or has named it.
    pub(crate) listed: bool,
    /// The `Host` header: the host, and the port if it is not the scheme's default.
    pub(crate) authority: String,
    /// The request target: path and query, never the fragment (RFC 9110 §4.2.5).
    pub(crate) path_and_query: String,
}

impl Target {
    /// Parses a URL that a client names. A URL that two parsers could read differently is refused.
    pub(crate) fn parse(url: &str, allow: &AllowList) -> Result<Self, OutboundError> {
        Self::parse_named(url, allow, false)
    }

    /// As [`parse`](Self::parse). A host that the operator has named counts as listed, but needs TLS unless it is on loopback.
    pub(crate) fn parse_named(
        url: &str,
        allow: &AllowList,
        named_by_operator: bool,
    ) -> Result<Self, OutboundError> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(OutboundError::NotAnAddress);
        }
        let url = Url::parse(url).map_err(|_| OutboundError::NotAnAddress)?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(OutboundError::NotHttps),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::NotAnAddress);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(OutboundError::NotAnAddress);
        };
        let host = without_last_dot(host.to_owned());
        if matches!(&host, Host::Domain(name) if !is_name(name)) {
            return Err(OutboundError::NotAnAddress);
        }
        let listed = allow.lists(&host, port);
        if !(tls || listed || named_by_operator && is_loopback(&host)) {
            return Err(OutboundError::NotHttps);
        }
        Ok(Self {
            tls,
            listed: listed || named_by_operator,
            authority: url
                .port()
                .map_or_else(|| host.to_string(), |port| format!("{host}:{port}")),
            path_and_query: match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            },
            host,
            port,
        })
    }
}

fn is_loopback(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Target, OutboundError> {
        let allow = ["listed.internal", "10.0.0.0/8"].map(|text| text.parse().unwrap());
        Target::parse(url, &AllowList::new(allow.to_vec()))
    }

    #[test]
    fn the_fragment_is_not_sent() {
        let target = parse("https://rp.example:8443/request?a=b%20c#sha256").unwrap();
        assert_eq!(target.authority, "rp.example:8443");
        assert_eq!(target.path_and_query, "/request?a=b%20c");
        assert_eq!(target.port, 8443);
        let target = parse("https://rp.example:443").unwrap();
        assert_eq!((&*target.authority, &*target.path_and_query), ("rp.example", "/"));
    }

    #[test]
    fn http_is_for_listed_hosts_only() {
        assert!(!parse("http://listed.internal/jwks").unwrap().tls);
        assert!(!parse("http://10.0.0.1/jwks").unwrap().tls);
        for url in [
            "http://rp.example/jwks",
            "http://8.8.8.8/",
            "ftp://rp.example/",
            "file:///etc/passwd",
            "gopher://listed.internal/",
            "data:application/json,{}",
            "javascript:alert(1)",
        ] {
            assert_eq!(parse(url), Err(OutboundError::NotHttps), "{url}");
        }
    }

    #[test]
    fn a_host_that_the_operator_has_named_is_listed_and_needs_tls_unless_on_loopback() {
        let named = |url: &str| Target::parse_named(url, &AllowList::default(), true);
        for url in [
            "https://idp.lan/",
            "http://localhost:9000/",
            "http://127.0.0.1:9000/",
            "http://[::1]/",
        ] {
            assert!(named(url).unwrap().listed, "{url}");
            let by_stranger = Target::parse(url, &AllowList::default());
            assert!(!by_stranger.is_ok_and(|target| target.listed), "{url}");
        }
        for url in ["http://idp.lan/", "http://10.0.0.1/", "http://localhost.example/"] {
            assert_eq!(named(url), Err(OutboundError::NotHttps), "{url}");
        }
    }

    #[test]
    fn a_user_name_or_a_password_is_refused() {
        for url in [
            "https://me@rp.example/",
            "https://me:secret@rp.example/",
            "https://:secret@rp.example/",
            "https://listed.internal@rp.example/",
        ] {
            assert_eq!(parse(url), Err(OutboundError::NotAnAddress), "{url}");
        }
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for url in [
            "",
            "rp.example",
            "//rp.example/",
            "https://",
            "https:\\\\rp.example/",
            "https://rp.example\\@listed.internal/",
            " https://rp.example/",
            "https://rp.exa\tmple/",
            "https://rp.example/a b",
            "https://rp.example/\r\nX: y",
            "https://rp.example\u{3002}evil/",
            "https://rp.example:99999/",
            "https://[::1/",
            "https://./",
            "https://rp..example/",
            "https://*.example/",
            "https://[fe80::1%25eth0]/",
            "https://1.2.3.4.5/",
        ] {
            assert_eq!(parse(url), Err(OutboundError::NotAnAddress), "{url:?}");
        }
    }

    #[test]
    fn an_address_in_any_spelling_is_that_address() {
        for url in [
            "https://127.0.0.1/",
            "https://127.0.0.1./",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://127.1/",
            "https://%31%32%37.0.0.1/",
        ] {
            let loopback = Host::<String>::Ipv4([127, 0, 0, 1].into());
            assert_eq!(parse(url).unwrap().host, loopback, "{url}");
        }
        let name = parse("https://LOCALHOST./").unwrap().host;
        assert_eq!(name, Host::Domain("localhost".to_owned()));
    }

    #[test]
    fn nothing_is_listed_by_looking_like_something_listed() {
        for url in [
            "https://listed.internal.example/",
            "https://rp.example/listed.internal",
            "https://rp.example/#listed.internal",
            "https://11.0.0.1/",
        ] {
            assert!(!parse(url).unwrap().listed, "{url}");
        }
        assert!(parse("https://LISTED.internal./").unwrap().listed);
    }
}
