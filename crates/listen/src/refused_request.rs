//! Requests that are refused before they reach the application, because they break HTTP/1.1 (RFC 9112) or a limit.

use std::net::{Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::middleware::map_request;
use axum::{Extension, Router};
use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, Method, Request, StatusCode, Uri, Version};

/// The reason why a request was refused before it reached the application, in the extensions of the request. Of such a request
/// only method, target and peer can be relied on: headers and body may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedRequest {
    /// The status of the response.
    pub status: StatusCode,
    /// The reason, as a part of a sentence that begins with the request.
    pub reason: &'static str,
}

impl RefusedRequest {
    /// The request did not arrive in time.
    pub(super) const SLOW: Self = Self {
        status: StatusCode::REQUEST_TIMEOUT,
        reason: "the headers did not arrive in time",
    };

    const TOO_LARGE: Self = Self {
        status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        reason: "the request line and the headers are too long",
    };

    /// The refusal with a status that hyper has chosen.
    pub(super) fn with_status(status: StatusCode) -> Self {
        match status {
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::TOO_LARGE,
            StatusCode::URI_TOO_LONG => Self {
                status,
                reason: "the address is too long",
            },
            _ => Self {
                status,
                reason: "the request line, the length of the body or another header cannot be read",
            },
        }
    }

    /// The refusal of a request whose headers could be read.
    pub(super) fn of<B>(request: &Request<B>, max_headers: usize) -> Option<Self> {
        if request.version() > Version::HTTP_11 {
            // hyper counts the bytes of HTTP/1.
            let (headers, target) = (request.headers(), request.uri().path_and_query());
            return (length(headers) + target.map_or(0, |target| target.as_str().len()) > max_headers)
                .then_some(Self::TOO_LARGE);
        }
        host_refusal(request.headers(), request.version()).map(|reason| Self {
            status: StatusCode::BAD_REQUEST,
            reason,
        })
    }
}

/// The bytes of headers as HTTP/1.1 writes them.
fn length(headers: &HeaderMap) -> usize {
    let lines = headers.iter();
    lines
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum()
}

/// RFC 9112 section 3.2: HTTP/1.1 has one `Host`, which is a host and perhaps a port; HTTP/1.0 may leave it out.
fn host_refusal(headers: &HeaderMap, version: Version) -> Option<&'static str> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if version == Version::HTTP_11 => Some("the header Host is missing"),
        (None, _) => None,
        (Some(_), Some(_)) => Some("the header Host is repeated"),
        (Some(host), None) => {
            let authority = Authority::try_from(host.as_bytes());
            let is_host = authority.is_ok_and(|authority| {
                let port = authority.as_str().strip_prefix(authority.host());
                let port_is_number = port.is_some_and(|port| {
                    let digits = port.strip_prefix(':').unwrap_or(port);
                    digits.is_empty() || digits.parse::<u16>().is_ok()
                });
                let host = authority.host();
                let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
                let is_address = inner.is_none_or(|address| address.parse::<Ipv6Addr>().is_ok());
                !host.is_empty() && !host.contains(',') && is_address && port_is_number
            });
            (!is_host).then_some("the header Host is no host name")
        }
    }
}

/// Method and target of a request of HTTP/1, if its first line can be read.
pub(super) fn request_line(head: &[u8]) -> Option<(Method, Uri)> {
    let head = head.trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next()?;
    if line.len() == head.len() {
        return path_of_long_line(line);
    }
    let mut words = str::from_utf8(line).ok()?.trim_end_matches('\r').split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_target = target.starts_with('/') || target.contains("://");
    if words.next().is_some() || !is_target || !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
        return None;
    }
    Some((method.parse().ok()?, target.parse().ok()?))
}

/// Method and path of a line that has no end within the limit: its query is too long, and the path before it is whole.
fn path_of_long_line(line: &[u8]) -> Option<(Method, Uri)> {
    let end = line.iter().position(|byte| *byte == b'?')?;
    let (method, path) = str::from_utf8(&line[..end]).ok()?.split_once(' ')?;
    if !path.starts_with('/') || path.contains(' ') {
        return None;
    }
    Some((method.parse().ok()?, path.parse().ok()?))
}

/// Answers every refused request with its status, and writes a line to the log.
pub(super) fn bare() -> Router {
    Router::new().fallback(
        async |ConnectInfo(peer): ConnectInfo<SocketAddr>, Extension(refused): Extension<RefusedRequest>| {
            tracing::info!(%peer, status = refused.status.as_u16(), reason = refused.reason, "request refused");
            refused.status
        },
    )
}

/// A router whose requests have, in place of the refusal in their extensions, what `extension` makes of it.
pub(super) fn with_extension<E>(router: Router, extension: fn(RefusedRequest) -> E) -> Router
where
    E: Clone + Send + Sync + 'static,
{
    let replace = move |mut request: axum::extract::Request| {
        let extensions = request.extensions_mut();
        if let Some(refused) = extensions.remove() {
            extensions.insert(extension(refused));
        }
        std::future::ready(request)
    };
    router.layer(map_request(replace))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(version: Version, hosts: &[&str]) -> Option<&'static str> {
        let mut request = Request::builder().uri("/").version(version);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let request = request.body(()).unwrap();
        RefusedRequest::of(&request, 1024).map(|refused| refused.reason)
    }

    #[test]
    fn http_1_1_has_one_host() {
        for host in [
            "a.example",
            "a.example:8000",
            "a.example:",
            "127.0.0.1",
            "[::1]:80",
            "xn--a",
            "a_b",
        ] {
            assert_eq!(of(Version::HTTP_11, &[host]), None, "{host}");
        }
        for host in [
            "",
            "a b",
            "a/b",
            "http://a",
            "user@a",
            "a:99999",
            "a:b",
            "[::1",
            "a,b",
            ":80",
            "a?b",
            "a#b",
            "[gg::1]",
            "[v1.x]",
            "[]",
            "[127.0.0.1]",
            "[::1%25eth0]",
        ] {
            assert_eq!(
                of(Version::HTTP_11, &[host]),
                Some("the header Host is no host name"),
                "{host:?}"
            );
        }
        assert_eq!(of(Version::HTTP_11, &[]), Some("the header Host is missing"));
        assert_eq!(
            of(Version::HTTP_11, &["a", "a"]),
            Some("the header Host is repeated")
        );
    }

    #[test]
    fn http_1_0_may_leave_the_host_out_and_http_2_has_another_name_for_it() {
        assert_eq!(of(Version::HTTP_10, &[]), None);
        assert_eq!(
            of(Version::HTTP_10, &["a", "b"]),
            Some("the header Host is repeated")
        );
        assert_eq!(of(Version::HTTP_2, &[]), None);
    }

    #[test]
    fn the_headers_of_http_2_are_bounded_too() {
        let request = |length: usize| {
            let request = Request::builder().uri("/").version(Version::HTTP_2);
            let request = request.header("cookie", "a".repeat(length)).body(()).unwrap();
            RefusedRequest::of(&request, 1024).map(|refused| refused.status.as_u16())
        };
        assert_eq!(request(1000), None);
        assert_eq!(request(1100), Some(431));
    }

    #[test]
    fn a_request_line_is_read_if_it_is_whole() {
        let line =
            |head: &str| request_line(head.as_bytes()).map(|(method, target)| format!("{method} {target}"));
        assert_eq!(
            line("GET /o/token/?a=b HTTP/1.1\r\nHo"),
            Some("GET /o/token/?a=b".into())
        );
        assert_eq!(
            line("\r\nPOST https://a/b HTTP/1.0\n"),
            Some("POST https://a/b".into())
        );
        for unreadable in [
            "",
            "GET / HTTP/1.1",
            "GET /\r\n",
            "GET / HTTP/2.0\r\n",
            "PRI * HTTP/2.0\r\n",
            "GET / HTTP/1.1 x\r\n",
            "GET x HTTP/1.1\r\n",
            "G@T / HTTP/1.1\r\n",
            "\u{16}\u{3}\u{1}\n",
            "GET /o/token/",
            "GET /o/to ken/?a",
            "?",
        ] {
            assert_eq!(line(unreadable), None, "{unreadable:?}");
        }
        let long = format!("GET /o/authorize/?state={}", "a".repeat(20_000));
        assert_eq!(line(&long), Some("GET /o/authorize/".into()));
    }
}
