//! Tests of the hosts that are allowed, and of their certificates.

use super::*;

#[tokio::test]
async fn a_host_that_is_not_listed_is_refused_before_any_connection() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let outbound = NetworkOutbound::new(allowing(&server, &["127.0.0.1:1", "rp.internal", "10.0.0.0/8"]));
    for host in [
        "localhost",
        "LOCALHOST.",
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "192.168.0.1",
    ] {
        let url = server.url("https", host);
        assert_eq!(
            outbound.fetch(fetch(&url)).await,
            Err(OutboundError::ForbiddenAddress),
            "{url}"
        );
        let posted = outbound.post_form(&url, String::new()).await;
        assert_eq!(posted, Err(OutboundError::ForbiddenAddress), "{url}");
        let url = server.url("http", host);
        assert_eq!(
            outbound.fetch(fetch(&url)).await,
            Err(OutboundError::NotHttps),
            "{url}"
        );
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_whatever_else_it_leads_to() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    for addresses in [&["127.0.0.1"][..], &["8.8.8.8", "127.0.0.1"], &["::1"]] {
        let names = Table::with("rp.example", &[addresses]);
        let outbound = NetworkOutbound::with_names(allowing(&server, &[]), names);
        let fetched = outbound.fetch(fetch(&server.url("https", "rp.example"))).await;
        assert_eq!(fetched, Err(OutboundError::ForbiddenAddress), "{addresses:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_name_is_resolved_once_and_what_was_checked_is_asked() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let names = Table::with("rp.internal", &[&["127.0.0.1"], &["127.0.0.9"]]);
    let outbound = NetworkOutbound::with_names(
        allowing(&server, &["127.0.0.1"]),
        Arc::clone(&names) as Arc<dyn Names>,
    );
    let url = server.url("https", "rp.internal");
    assert!(outbound.fetch(fetch(&url)).await.is_ok());
    assert_eq!(names.lookups.load(Ordering::SeqCst), 1);
    assert_eq!(
        outbound.fetch(fetch(&url)).await,
        Err(OutboundError::ForbiddenAddress)
    );
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_unresolvable() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let names = Table::with("rp.internal", &[&[]]);
    let outbound = NetworkOutbound::with_names(allowing(&server, &["rp.internal"]), names);
    for host in ["rp.internal", "other.example"] {
        let fetched = outbound.fetch(fetch(&server.url("https", host))).await;
        assert_eq!(fetched, Err(OutboundError::Unresolvable), "{host}");
    }
}

#[tokio::test]
async fn a_name_in_a_listed_range_is_asked_with_tls_only() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let names = Table::with("rp.internal", &[&["127.0.0.1"]]);
    let outbound = NetworkOutbound::with_names(allowing(&server, &["127.0.0.0/8"]), names);
    let over = |scheme| fetch(&server.url(scheme, "rp.internal"));
    assert!(outbound.fetch(over("https")).await.is_ok());
    assert_eq!(outbound.fetch(over("http")).await, Err(OutboundError::NotHttps));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn the_next_address_is_tried_where_one_does_not_answer() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let names = Table::with("rp.internal", &[&["127.0.0.2", "127.0.0.1"]]);
    let outbound = NetworkOutbound::with_names(allowing(&server, &["rp.internal"]), names);
    let fetched = outbound.fetch(fetch(&server.url("https", "rp.internal"))).await;
    assert!(fetched.is_ok(), "{fetched:?}");
}

#[tokio::test]
async fn nobody_there_is_no_connection() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let outbound = NetworkOutbound::new(allowing(&server, &["127.0.0.2"]));
    let fetched = outbound.fetch(fetch(&server.url("https", "127.0.0.2"))).await;
    assert_eq!(fetched, Err(OutboundError::Connection));
}

#[tokio::test]
async fn a_host_that_cannot_prove_its_name_is_not_asked() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let of_the_wrong_name = NetworkOutbound::with_names(
        allowing(&server, &["other.internal"]),
        Table::with("other.internal", &[&["127.0.0.1"]]),
    );
    let fetched = of_the_wrong_name
        .fetch(fetch(&server.url("https", "other.internal")))
        .await;
    assert_eq!(fetched, Err(OutboundError::Tls));

    let of_an_unknown_authority = NetworkOutbound::new(OutboundSettings {
        ca_bundle: None,
        ..allowing(&server, &["127.0.0.1"])
    });
    let fetched = of_an_unknown_authority
        .fetch(fetch(&server.url("https", "127.0.0.1")))
        .await;
    assert_eq!(fetched, Err(OutboundError::Tls));

    let plain = Server::plain(answer("200 OK", "", "{}")).await;
    let outbound = NetworkOutbound::new(allowing(&plain, &["127.0.0.1"]));
    let fetched = outbound.fetch(fetch(&plain.url("https", "127.0.0.1"))).await;
    assert_eq!(fetched, Err(OutboundError::Tls));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_address_proves_itself_with_a_certificate_for_the_address() {
    let server = Server::tls(answer("200 OK", "", "{}")).await;
    let outbound = NetworkOutbound::new(allowing(&server, &["127.0.0.1"]));
    let fetched = outbound.fetch(fetch(&server.url("https", "127.0.0.1"))).await;
    assert!(fetched.is_ok(), "{fetched:?}");
}

#[test]
fn a_bundle_of_authorities_holds_certificates_only() {
    use crate::CaBundleError;
    let refused = |pem: &str| CaBundle::parse(pem.as_bytes()).unwrap_err();
    assert_eq!(refused(""), CaBundleError::NotPem);
    assert_eq!(refused("certificate"), CaBundleError::NotPem);
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    assert_eq!(refused(&key), CaBundleError::NotPem);
    let relabelled = key.replace("PRIVATE KEY", "CERTIFICATE");
    assert_eq!(refused(&relabelled), CaBundleError::NotACertificate);
}
