//! The bounds on size, time and number.

use std::time::Duration;

use super::*;

fn of_length(length: usize) -> Vec<u8> {
    answer("200 OK", "", &"x".repeat(length))
}

#[tokio::test]
async fn a_document_may_have_as_many_bytes_as_are_read_and_no_more() {
    let server = Server::plain(of_length(64)).await;
    assert_eq!(fetch_from(&server).await.unwrap().body.len(), 64);
    let server = Server::plain(of_length(65)).await;
    assert_eq!(fetch_from(&server).await, Err(OutboundError::TooLarge));
}

#[tokio::test]
async fn a_document_without_an_end_is_left_unread() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = Server::endless(head, "10\r\n0123456789abcdef\r\n").await;
    assert_eq!(fetch_from(&server).await, Err(OutboundError::TooLarge));
    let server = Server::endless("HTTP/1.1 200 OK\r\n\r\n", "0123456789abcdef").await;
    assert_eq!(fetch_from(&server).await, Err(OutboundError::TooLarge));
}

#[tokio::test]
async fn a_head_without_an_end_is_left_unread() {
    let server = Server::endless("HTTP/1.1 200 OK\r\nX: ", "0123456789abcdef").await;
    assert_eq!(fetch_from(&server).await, Err(OutboundError::NotHttp));
}

#[tokio::test]
async fn a_host_that_falls_silent_is_given_up() {
    for begun in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
    ] {
        let server = Server::silent_after(begun).await;
        let outbound = NetworkOutbound::new(OutboundSettings {
            timeout: Duration::from_millis(200),
            ..allowing(&server, &["127.0.0.1"])
        });
        let url = server.url("http", "127.0.0.1");
        assert_eq!(
            outbound.fetch(fetch(&url)).await,
            Err(OutboundError::TimedOut),
            "{begun}"
        );
        assert_eq!(server.requests().len(), 1, "{begun}");
        let posted = outbound.post_form(&url, String::new()).await;
        let expected = if begun.is_empty() || begun.ends_with("200") {
            Err(OutboundError::TimedOut)
        } else {
            Ok(200)
        };
        assert_eq!(posted, expected, "{begun}");
    }
}

#[tokio::test]
async fn a_host_that_does_not_begin_tls_is_given_up() {
    let server = Server::silent_after("").await;
    let outbound = NetworkOutbound::new(OutboundSettings {
        timeout: Duration::from_millis(200),
        ..allowing(&server, &["127.0.0.1"])
    });
    let fetched = outbound.fetch(fetch(&server.url("https", "127.0.0.1"))).await;
    assert_eq!(fetched, Err(OutboundError::TimedOut));
}

/// Names for which a lookup never ends, with the number of lookups.
#[derive(Default)]
struct Silence(AtomicUsize);

#[async_trait]
impl Names for Silence {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_name_server_that_is_silent_is_given_up_and_keeps_its_place() {
    let settings = OutboundSettings {
        timeout: Duration::from_millis(50),
        concurrent: 1,
        ..OutboundSettings::default()
    };
    let names = Arc::new(Silence::default());
    let outbound = NetworkOutbound::with_names(settings, Arc::clone(&names) as Arc<dyn Names>);
    for _ in 0..2 {
        let fetched = outbound.fetch(fetch("https://rp.example/")).await;
        assert_eq!(fetched, Err(OutboundError::TimedOut));
    }
    assert_eq!(names.0.load(Ordering::SeqCst), 1);
}

/// One slow host must not keep other clients from authenticating, for any purpose of the request to it.
#[tokio::test]
async fn a_slow_host_holds_up_no_keys_but_its_own() {
    let slow = Server::silent_after("").await;
    let quick = Server::plain(answer("200 OK", "", "{}")).await;
    let outbound = Arc::new(NetworkOutbound::new(OutboundSettings {
        connect_timeout: Duration::from_millis(100),
        timeout: Duration::from_secs(60),
        concurrent: 1,
        ..allowing(&slow, &["127.0.0.1"])
    }));
    let for_purpose = |server: &Server, purpose| Fetch {
        purpose,
        ..fetch(&server.url("http", "127.0.0.1"))
    };
    let held = tokio::spawn({
        let request = for_purpose(&slow, Purpose::RequestUri);
        let outbound = Arc::clone(&outbound);
        async move { outbound.fetch(request).await }
    });
    slow.received().await;
    for (purpose, succeeds) in [
        (Purpose::RequestUri, false),
        (Purpose::LogoUri, false),
        (Purpose::SectorIdentifierUri, false),
        (Purpose::JwksUri, true),
    ] {
        let fetched = outbound.fetch(for_purpose(&quick, purpose)).await;
        assert_eq!(fetched.is_ok(), succeeds, "{purpose}: {fetched:?}");
    }
    held.abort();
}

#[tokio::test]
async fn more_requests_than_allowed_are_turned_away_but_forms_are_counted_apart() {
    let slow = Server::silent_after("").await;
    let quick = Server::plain(answer("200 OK", "", "{}")).await;
    let outbound = Arc::new(NetworkOutbound::new(OutboundSettings {
        connect_timeout: Duration::from_millis(100),
        timeout: Duration::from_secs(60),
        concurrent: 1,
        ..allowing(&slow, &["127.0.0.1"])
    }));
    let held = tokio::spawn({
        let (outbound, url) = (Arc::clone(&outbound), slow.url("http", "127.0.0.1"));
        async move { outbound.fetch(fetch(&url)).await }
    });
    slow.received().await;
    let url = quick.url("http", "127.0.0.1");
    assert_eq!(outbound.fetch(fetch(&url)).await, Err(OutboundError::Busy));
    assert_eq!(outbound.post_form(&url, String::new()).await, Ok(200));
    held.abort();
    assert!(held.await.unwrap_err().is_cancelled());
    assert!(outbound.fetch(fetch(&url)).await.is_ok());
}
