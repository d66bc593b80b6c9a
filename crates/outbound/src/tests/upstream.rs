//! Requests to upstream providers: their hosts are named by the operator, their answers are not trusted.

use std::time::Duration;

use pixie_provider::{Exchange, ExchangeResponse};

use super::*;

fn exchange(url: String, named_by_operator: bool) -> Exchange {
    Exchange {
        url,
        named_by_operator,
        accept: "application/json",
        authorization: Some("Basic c2VjcmV0".to_owned().into()),
        form: Some("code=a".to_owned().into()),
        max_bytes: 64,
    }
}

/// Sends a form to the server, whose host the operator has named.
async fn post_to(server: &Server) -> Result<ExchangeResponse, OutboundError> {
    let outbound = NetworkOutbound::new(OutboundSettings {
        timeout: Duration::from_millis(500),
        ..allowing(server, &[])
    });
    let url = server.url("http", "127.0.0.1") + "token";
    outbound.exchange(exchange(url, true)).await
}

#[tokio::test]
async fn a_form_is_sent_with_its_header_and_the_answer_comes_with_any_status() {
    for (status, number) in [("200 OK", 200), ("400 Bad Request", 400), ("503 Oh", 503)] {
        let server = Server::plain(answer(status, "", "{}")).await;
        let response = post_to(&server).await.unwrap();
        assert_eq!((response.status, response.body.as_slice()), (number, &b"{}"[..]));
        let received = server.requests().remove(0);
        assert!(received.starts_with("POST /token HTTP/1.1\r\n"), "{received}");
        assert!(
            received.contains("authorization: Basic c2VjcmV0\r\n"),
            "{received}"
        );
        assert!(received.ends_with("\r\n\r\ncode=a"), "{received}");
    }
}

#[tokio::test]
async fn a_host_on_a_private_address_is_asked_only_if_the_operator_has_named_it() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let names = Table::with("rp.internal", &[&["127.0.0.1"]]);
    let outbound = NetworkOutbound::with_names(allowing(&server, &[]), names);
    let url = server.url("https", "rp.internal");
    let by_provider = outbound.exchange(exchange(url.clone(), false)).await;
    assert_eq!(by_provider.err(), Some(OutboundError::ForbiddenAddress));
    let document = |named_by_operator| Fetch {
        purpose: Purpose::Upstream { named_by_operator },
        ..fetch(&url)
    };
    let by_provider = outbound.fetch(document(false)).await;
    assert_eq!(by_provider, Err(OutboundError::ForbiddenAddress));
    assert_eq!(server.connections(), 0);
    assert!(outbound.exchange(exchange(url.clone(), true)).await.is_ok());
    assert!(outbound.fetch(document(true)).await.is_ok());
}

#[tokio::test]
async fn an_answer_without_an_end_in_size_or_time_or_that_leads_elsewhere_is_refused() {
    let redirect = answer("302 F", "Location: https://elsewhere.example/\r\n", "");
    for (server, expected) in [
        (
            Server::plain(answer("200 OK", "", &"x".repeat(65))).await,
            OutboundError::TooLarge,
        ),
        (
            Server::endless("HTTP/1.1 200 OK\r\n\r\n", "0123456789").await,
            OutboundError::TooLarge,
        ),
        (
            Server::silent_after("HTTP/1.1 200 OK\r\n").await,
            OutboundError::TimedOut,
        ),
        (Server::plain(redirect).await, OutboundError::Redirected),
    ] {
        assert_eq!(post_to(&server).await.err(), Some(expected));
    }
}
