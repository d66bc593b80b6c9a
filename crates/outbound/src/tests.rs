//! The rules of outbound requests, each through the door that the provider uses, against a server on loopback.

mod bounds;
mod hosts;
mod server;
mod upstream;

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use pixie_provider::{Fetch, Fetched, Outbound, OutboundError, Purpose};

use crate::resolve::Names;
use crate::{CaBundle, NetworkOutbound, OutboundSettings};
use server::{Server, answer};

/// Names of which each lookup gives the next of its answers, and the last one for ever.
#[derive(Default)]
struct Table {
    names: HashMap<&'static str, Vec<Vec<IpAddr>>>,
    lookups: AtomicUsize,
}

impl Table {
    fn with(name: &'static str, answers: &[&[&str]]) -> Arc<Self> {
        let addresses = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        let answers = answers.iter().map(addresses).collect();
        Arc::new(Self {
            names: HashMap::from([(name, answers)]),
            lookups: AtomicUsize::new(0),
        })
    }
}

#[async_trait]
impl Names for Table {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let lookup = self.lookups.fetch_add(1, Ordering::SeqCst);
        let answers = self.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(answers[lookup.min(answers.len() - 1)].clone())
    }
}

/// Settings that trust the server's authority and allow these.
fn allowing(server: &Server, allow: &[&str]) -> OutboundSettings {
    OutboundSettings {
        allow: allow.iter().map(|text| text.parse().unwrap()).collect(),
        ca_bundle: Some(CaBundle::parse(server.authority.as_bytes()).unwrap()),
        ..OutboundSettings::default()
    }
}

fn fetch(url: &str) -> Fetch {
    Fetch {
        url: url.to_owned(),
        purpose: Purpose::JwksUri,
        accept: "application/json",
        max_bytes: 64,
    }
}

/// Fetches `/` of the server, which is allowed, over plain HTTP.
async fn fetch_from(server: &Server) -> Result<Fetched, OutboundError> {
    let outbound = NetworkOutbound::new(allowing(server, &["127.0.0.1"]));
    outbound.fetch(fetch(&server.url("http", "127.0.0.1"))).await
}

#[tokio::test]
async fn a_document_is_fetched_from_a_host_that_a_private_authority_vouches_for() {
    let server = Server::tls(answer(
        "200 OK",
        "Content-Type: application/json\r\nCache-Control: max-age=60\r\n",
        "{}",
    ))
    .await;
    let names = Table::with("rp.internal", &[&["127.0.0.1"]]);
    let outbound = NetworkOutbound::with_names(allowing(&server, &["rp.internal"]), names);
    let fetched = outbound
        .fetch(fetch(&format!(
            "{}jwks?of=rp#part",
            server.url("https", "rp.internal")
        )))
        .await;
    assert_eq!(
        fetched,
        Ok(Fetched {
            body: b"{}".to_vec(),
            content_type: Some("application/json".to_owned()),
            max_age: Some(60),
        })
    );
    let received = server.requests().remove(0);
    insta::assert_snapshot!(received.replace(&server.port().to_string(), "PORT"), @r"
    GET /jwks?of=rp HTTP/1.1
    accept: application/json
    host: rp.internal:PORT
    user-agent: pixie
    accept-encoding: identity
    connection: close
    ");
}

#[tokio::test]
async fn a_form_is_posted_and_its_status_is_given() {
    for (status, number) in [
        ("200 OK", 200),
        ("204 No Content", 204),
        ("400 Bad Request", 400),
        ("500 Oh", 500),
    ] {
        let server = Server::plain(answer(status, "", "")).await;
        let outbound = NetworkOutbound::new(allowing(&server, &["127.0.0.1"]));
        let url = server.url("http", "127.0.0.1") + "logout";
        assert_eq!(
            outbound.post_form(&url, "logout_token=a.b.c".to_owned()).await,
            Ok(number)
        );
        let received = server.requests().remove(0);
        assert!(received.starts_with("POST /logout HTTP/1.1\r\n"), "{received}");
        assert!(
            received.contains("content-type: application/x-www-form-urlencoded\r\n"),
            "{received}"
        );
        assert!(received.ends_with("\r\n\r\nlogout_token=a.b.c"), "{received}");
    }
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let elsewhere = Server::plain(answer("200 OK", "", "{}")).await;
    for status in ["301 M", "302 F", "303 S", "307 T", "308 P"] {
        let location = format!("Location: {}\r\n", elsewhere.url("http", "127.0.0.1"));
        let server = Server::plain(answer(status, &location, "{}")).await;
        assert_eq!(fetch_from(&server).await, Err(OutboundError::Redirected));
        let outbound = NetworkOutbound::new(allowing(&server, &["127.0.0.1"]));
        let url = server.url("http", "127.0.0.1");
        let posted = outbound.post_form(&url, String::new()).await;
        assert_eq!(posted, Err(OutboundError::Redirected));
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_document_comes_with_status_200_only() {
    for (status, number) in [
        ("201 Created", 201),
        ("204 No Content", 204),
        ("404 Not Found", 404),
        ("500 Oh", 500),
    ] {
        let server = Server::plain(answer(status, "", "")).await;
        assert_eq!(fetch_from(&server).await, Err(OutboundError::Status(number)));
    }
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    for answer in ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/0.9\r\n\r\n", "{}"] {
        let server = Server::plain(answer.as_bytes().to_vec()).await;
        assert_eq!(fetch_from(&server).await, Err(OutboundError::NotHttp), "{answer}");
    }
}

#[tokio::test]
async fn half_a_document_is_refused() {
    for half in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    ] {
        let server = Server::plain(half.as_bytes().to_vec()).await;
        assert_eq!(
            fetch_from(&server).await,
            Err(OutboundError::Connection),
            "{half}"
        );
    }
}
