//! Clients behind proxies: who counts as which address (RFC 9700 section 4.17), and whom a proxy that is not listed harms.

use std::net::IpAddr;

use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::map_request;
use pixie_testing::harness::{Browser, PASSWORD, Server};
use pixie_web::{ForwardedHeader, PeerAddress, TrustedProxies, Web, WebSettings};

const PROXY: &str = "192.0.2.1";

/// The server behind a proxy.
fn behind_a_proxy(server: &Server, header: &str) -> Router {
    let header: ForwardedHeader = header.parse().unwrap();
    let proxy: IpAddr = PROXY.parse().unwrap();
    let settings = WebSettings {
        trusted_proxies: TrustedProxies::new(header, move |peer| peer == proxy),
        ..WebSettings::default()
    };
    Web::new(server.provider.clone(), settings).unwrap().standalone()
}

/// A browser whose requests come through the proxy, which names it in a header.
fn client(router: &Router, header: &str, value: &str) -> Browser {
    let name: HeaderName = header.parse().unwrap();
    let value: HeaderValue = value.parse().unwrap();
    let through_the_proxy = move |mut request: axum::extract::Request| {
        let (name, value) = (name.clone(), value.clone());
        async move {
            request.headers_mut().insert(name, value);
            let proxy = PeerAddress(format!("{PROXY}:1").parse().unwrap());
            request.extensions_mut().insert(proxy);
            request
        }
    };
    Browser::new(router.clone().layer(map_request(through_the_proxy)))
}

#[tokio::test]
async fn two_clients_behind_a_trusted_proxy_do_not_slow_each_other_down() {
    for (header, guesser, other) in [
        ("x-forwarded-for", "203.0.113.7:51234", "203.0.113.8:51234"),
        (
            "x-forwarded-for",
            "6.6.6.6, [2001:db8::7]:443",
            "6.6.6.6, [2001:db8::8]:443",
        ),
        (
            "forwarded",
            "for=\"[2001:db8::7]:4711\";proto=https",
            "for=203.0.113.8;proto=https",
        ),
        ("x-real-ip", "203.0.113.7", "203.0.113.8"),
        ("cf-connecting-ip", "203.0.113.7", "203.0.113.8"),
    ] {
        let server = Server::start().await;
        let router = behind_a_proxy(&server, header);
        let guesses = client(&router, header, guesser);
        for attempt in 0..100 {
            guesses
                .sign_in(&format!("nobody{attempt}"), "wrong")
                .await
                .assert_status(400);
        }
        guesses.sign_in("bob", PASSWORD).await.assert_status(429);
        client(&router, header, other)
            .sign_in("bob", PASSWORD)
            .await
            .assert_status(303);
    }
}

/// A header other than the configured one, and one from somebody who is no proxy, name nobody.
#[tokio::test]
async fn only_the_configured_header_of_a_trusted_proxy_names_the_client() {
    let server = Server::start().await;
    for router in [behind_a_proxy(&server, "forwarded"), server.web.standalone()] {
        for attempt in 0..100 {
            let address = format!("203.0.113.{attempt}");
            let guesses = client(&router, "x-forwarded-for", &address);
            guesses
                .sign_in(&format!("nobody{attempt}"), "wrong")
                .await
                .assert_status(400);
        }
        let other = client(&router, "x-forwarded-for", "198.51.100.1");
        other.sign_in("bob", PASSWORD).await.assert_status(429);
        server.clock.advance(3600);
    }
}

/// A proxy that is not listed makes everybody one address. A browser that has signed in before is not kept out by the guesses of
/// the others.
#[tokio::test]
async fn a_known_device_gets_in_however_many_wrong_passwords_came_from_its_address() {
    let server = Server::start().await;
    let known = server.sign_in("alice").await;
    for attempt in 0..150 {
        let guesser = server.browser();
        guesser.sign_in(&format!("nobody{attempt}"), "wrong").await;
        guesser.sign_in("alice", "wrong").await;
    }
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(429);
    known.sign_in("alice", PASSWORD).await.assert_status(303);
}
