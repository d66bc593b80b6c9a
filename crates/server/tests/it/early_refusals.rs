//! Requests that break HTTP or a limit, as bytes: each is answered in the form of its endpoint, and leaves a line in the log.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs};

use crate::pixie::Pixie;

/// Sends bytes and reads until the server closes the connection.
pub(crate) fn exchange(address: impl ToSocketAddrs, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_request_that_no_handler_sees_has_the_form_of_its_endpoint() {
    let pixie = Pixie::new();
    let server = pixie.serve();
    let huge = format!("Host: a\r\nCookie: {}\r\n", "a".repeat(64 << 10));
    let post = "Host: a\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
    for (head, status, words) in [
        ("", 400, "Host is missing"),
        ("Host: a\r\nHost: b\r\n", 400, "Host is repeated"),
        ("Host: a/b\r\n", 400, "Host is no host name"),
        ("Host: a\r\nContent-Length: x\r\n", 400, "cannot be read"),
        (huge.as_str(), 431, "too long"),
        (&format!("{post}Content-Length: 100000\r\n"), 413, "65536 bytes"),
        (
            &format!("{post}Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            400,
            "broke off",
        ),
        (
            &format!("{post}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
            415,
            "gzip",
        ),
    ] {
        let json = exchange(
            server.address(),
            &format!("POST /o/token/ HTTP/1.1\r\n{head}\r\n"),
        );
        assert!(json.starts_with(&format!("HTTP/1.1 {status} ")), "{json}");
        assert!(json.contains("content-type: application/json\r\n"), "{json}");
        assert!(json.contains("cache-control: no-store\r\n"), "{json}");
        assert!(json.contains("access-control-allow-origin: *\r\n"), "{json}");
        assert!(json.contains("x-request-id: "), "{json}");
        assert!(
            json.contains("\"error\":\"invalid_request\"") && json.contains(words),
            "{json}"
        );
        let page = exchange(
            server.address(),
            &format!("POST /o/login/ HTTP/1.1\r\n{head}\r\n"),
        );
        assert!(page.starts_with(&format!("HTTP/1.1 {status} ")), "{page}");
        assert!(
            page.contains("content-type: text/html") && page.contains(words),
            "{page}"
        );
        assert!(page.contains("id=\"request_id\""), "{page}");
    }
    let bare = exchange(server.address(), "\u{16}\u{3}\u{1}nonsense\r\n\r\n");
    assert!(
        bare.starts_with("HTTP/1.1 400 ") && bare.ends_with("\r\n\r\n"),
        "{bare}"
    );
    server.stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    let refused: Vec<_> = log.lines().filter(|line| line.contains("refused")).collect();
    assert_eq!(refused.len(), 17, "{log}");
    assert!(
        refused[16].contains("request refused") && refused[16].contains("peer=127.0.0.1"),
        "{log}"
    );
    assert!(
        refused[..16].iter().all(|line| line.contains("request{id=")),
        "{log}"
    );
}

/// A proxy that is not listed makes everybody one address: the log says so once, while it happens.
#[test]
fn a_forwarded_header_from_an_unlisted_peer_is_logged_once() {
    let pixie = Pixie::new();
    let server = pixie.serve();
    for header in [
        "X-Forwarded-For: 203.0.113.7",
        "Forwarded: for=203.0.113.7",
        "X-Real-IP: 203.0.113.7",
    ] {
        let request = format!("GET /o/login/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{header}\r\n\r\n");
        assert!(exchange(server.address(), &request).starts_with("HTTP/1.1 200 "));
    }
    server.stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("server.trusted_proxies"))
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(
        lines[0].contains("peer=127.0.0.1") && lines[0].contains("x-forwarded-for"),
        "{log}"
    );
}
