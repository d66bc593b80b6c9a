//! The listener through real sockets on the loopback interface.

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use http::StatusCode;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;

const ASK: &[u8] = b"GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const ASK_AND_STAY: &[u8] = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// The default options on a free port.
fn options() -> ListenOptions {
    ListenOptions::new(([127, 0, 0, 1], 0).into())
}

/// The default options with one limit changed.
fn limited(change: impl FnOnce(&mut Limits)) -> ListenOptions {
    let mut options = options();
    change(&mut options.limits);
    options
}

const SHORT: Duration = Duration::from_millis(50);

fn router() -> Router {
    let hello = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { format!("hello {}", peer.ip()) };
    let length = |body: String| async move { body.len().to_string() };
    Router::new()
        .route("/hello", get(hello))
        .route("/length", post(length))
}

struct Running {
    address: SocketAddr,
    switch: ShutdownSwitch,
    ended: JoinHandle<ServeOutcome>,
}

async fn serve(options: ListenOptions, router: Router) -> Running {
    let listener = Listener::bind(options).await.unwrap();
    let address = listener.address();
    let (switch, shutdown) = Shutdown::by_switch();
    Running {
        address,
        switch,
        ended: tokio::spawn(listener.serve(router, shutdown)),
    }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a connection of their own and reads until the server closes it.
    async fn exchange(&self, bytes: &[u8]) -> String {
        exchange(self.connect().await, bytes).await
    }
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> String {
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn status(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

/// Reads one answer whose body ends in `end` from a connection that stays.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut answer = String::new();
    while !answer.ends_with(end) {
        let byte = stream.read_u8().await.unwrap();
        answer.push(byte.into());
    }
    answer
}

#[tokio::test]
async fn a_request_carries_the_address_of_its_peer() {
    let server = serve(options(), router()).await;
    let answer = server.exchange(ASK).await;
    assert_eq!(status(&answer), "HTTP/1.1 200 OK");
    assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let server = serve(options(), router()).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream.write_all(ASK_AND_STAY).await.unwrap();
        read_until(&mut stream, "hello 127.0.0.1").await;
    }
}

#[tokio::test]
async fn http_2_is_spoken_with_prior_knowledge() {
    let server = serve(options(), router()).await;
    assert_eq!(hello_over_http_2(server.connect().await).await, "hello 127.0.0.1");
}

async fn hello_over_http_2(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> String {
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("http://localhost/hello")
        .body(Empty::<bytes::Bytes>::new())
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(
        (answer.version(), answer.status()),
        (http::Version::HTTP_2, StatusCode::OK)
    );
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn headers_beyond_the_limit_are_answered_431() {
    let server = serve(options(), router()).await;
    let huge = format!(
        "GET /hello HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n",
        "a".repeat(1 << 20)
    );
    assert_eq!(
        status(&server.exchange(huge.as_bytes()).await),
        "HTTP/1.1 431 Request Header Fields Too Large"
    );
    let largest = format!(
        "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {}\r\n\r\n",
        "a".repeat(24 << 10)
    );
    assert_eq!(
        status(&server.exchange(largest.as_bytes()).await),
        "HTTP/1.1 200 OK"
    );
}

/// A request object travels in the address, and in the address of the login page once more encoded.
#[tokio::test]
async fn an_address_of_12_kib_is_accepted() {
    let server = serve(options(), router()).await;
    let query = "a%2E".repeat(3 << 10);
    let long = format!("GET /hello?next={query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&server.exchange(long.as_bytes()).await), "HTTP/1.1 200 OK");
}

/// A router that answers refusals with their parts.
fn refusals() -> Router {
    Router::new().fallback(
        async |method: http::Method, uri: http::Uri, Extension(refused): Extension<RefusedRequest>| {
            (refused.status, format!("{method} {uri}: {}", refused.reason))
        },
    )
}

async fn serve_with_refusals(options: ListenOptions) -> Running {
    let listener = Listener::bind(options).await.unwrap();
    let listener = listener.with_refusals(refusals(), |refused| refused);
    let address = listener.address();
    let (switch, shutdown) = Shutdown::by_switch();
    Running {
        address,
        switch,
        ended: tokio::spawn(listener.serve(router(), shutdown)),
    }
}

/// Status line and body.
fn parts(answer: &str) -> (&str, &str) {
    (
        status(answer),
        answer.split_once("\r\n\r\n").unwrap_or_default().1,
    )
}

const BAD: &str = "HTTP/1.1 400 Bad Request";

#[tokio::test]
async fn a_request_that_breaks_http_is_answered_by_the_router_for_refusals() {
    let server = serve_with_refusals(options()).await;
    let huge = "a".repeat(64 << 10);
    for (headers, expected, reason) in [
        ("", BAD, "the header Host is missing"),
        ("Host: a\r\nHost: a\r\n", BAD, "the header Host is repeated"),
        ("Host: a b\r\n", BAD, "the header Host is no host name"),
        ("Host: a\r\nContent-Length: many\r\n", BAD, "cannot be read"),
        (
            "Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
            BAD,
            "cannot be read",
        ),
        ("Host: a\r\nTransfer-Encoding: gzip\r\n", BAD, "cannot be read"),
        ("Host: a\r\nHead er: x\r\n", BAD, "cannot be read"),
        (
            &format!("Host: a\r\nCookie: {huge}\r\n"),
            "HTTP/1.1 431 Request Header Fields Too Large",
            "the request line and the headers are too long",
        ),
    ] {
        let request = format!("POST /length?a=b HTTP/1.1\r\n{headers}\r\n");
        let answer = server.exchange(request.as_bytes()).await;
        let (status, body) = parts(&answer);
        assert_eq!(status, expected, "{answer}");
        assert!(
            body.starts_with("POST /length?a=b: ") && body.ends_with(reason),
            "{answer}"
        );
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        assert!(answer.contains("date: "), "{answer}");
    }
}

#[tokio::test]
async fn a_request_of_which_not_even_the_first_line_can_be_read_gets_a_bare_status() {
    let server = serve_with_refusals(options()).await;
    for nonsense in [
        "GET /hello HTTP/9.9\r\n\r\n",
        "\u{1}\u{2}\u{3}\r\n\r\n",
        "G@T\t/ HTTP/1.1\r\n\r\n",
    ] {
        let answer = server.exchange(nonsense.as_bytes()).await;
        assert_eq!(parts(&answer), (BAD, ""), "{nonsense:?}");
    }
}

#[tokio::test]
async fn without_a_router_for_refusals_the_status_is_bare() {
    let server = serve(options(), router()).await;
    let answer = server.exchange(b"GET /hello HTTP/1.1\r\n\r\n").await;
    assert_eq!(parts(&answer), (BAD, ""));
}

#[tokio::test]
async fn a_second_request_of_a_connection_that_breaks_http_is_refused_too() {
    let server = serve_with_refusals(options()).await;
    let mut stream = server.connect().await;
    stream.write_all(ASK_AND_STAY).await.unwrap();
    read_until(&mut stream, "hello 127.0.0.1").await;
    let answer = exchange(
        stream,
        b"GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    )
    .await;
    assert_eq!(status(&answer), BAD);
    assert!(parts(&answer).1.starts_with("GET /hello: "), "{answer}");
}

#[tokio::test]
async fn headers_that_do_not_arrive_in_time_are_answered_408() {
    let mut options = options();
    options.limits.header_timeout = SHORT;
    let server = serve_with_refusals(options).await;
    let answer = server.exchange(b"GET /hello HTTP/1.1\r\nHost: local").await;
    assert_eq!(
        parts(&answer),
        (
            "HTTP/1.1 408 Request Timeout",
            "GET /hello: the headers did not arrive in time"
        )
    );
    assert_eq!(server.exchange(b"").await, "", "nothing was asked");
}

const FORGED: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn an_error_of_the_application_is_sent_as_it_is() {
    let router = Router::new()
        .route("/refused", get(async || (StatusCode::BAD_REQUEST, "no")))
        .route(
            "/forged",
            get(async || {
                let (parts, waits) = (2, false);
                axum::body::Body::new(Forged { parts, waits })
            }),
        );
    let server = serve(options(), router).await;
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = server.exchange(ask("/refused").as_bytes()).await;
    assert_eq!(parts(&answer), (BAD, "no"));
    let answer = server.exchange(ask("/forged").as_bytes()).await;
    assert_eq!(answer.matches(FORGED).count(), 2, "{answer}");
}

/// A body in parts that each look like a response. It waits between them, so that each is sent alone.
struct Forged {
    parts: usize,
    waits: bool,
}

impl hyper::body::Body for Forged {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, Self::Error>>> {
        self.waits = !self.waits;
        if self.waits {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        let Some(left) = self.parts.checked_sub(1) else {
            return std::task::Poll::Ready(None);
        };
        self.parts = left;
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(FORGED.into()))))
    }
}

#[tokio::test]
async fn headers_of_http_2_beyond_the_limit_are_refused_with_words() {
    let server = serve_with_refusals(options()).await;
    let stream = TokioIo::new(server.connect().await);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("http://localhost/hello").header("cookie", "a".repeat(40 << 10));
    let answer = sender.send_request(request.body(Empty::<bytes::Bytes>::new()).unwrap());
    let answer = answer.await.unwrap();
    assert_eq!(answer.status(), 431);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(
        body.ends_with(b"the request line and the headers are too long"),
        "{body:?}"
    );
}

#[tokio::test]
async fn a_peer_that_is_slow_with_its_headers_is_cut() {
    let server = serve(limited(|limits| limits.header_timeout = SHORT), router()).await;
    for begin in [
        "",
        "G",
        "GET /hello HTTP/1.1\r\nHost: local",
        "PRI * HTTP/2.0\r\n",
    ] {
        let answer = server.exchange(begin.as_bytes()).await;
        assert!(!answer.contains("200 OK"), "{begin:?} was answered {answer}");
    }
}

#[tokio::test]
async fn a_silent_http_2_connection_is_closed() {
    let server = serve(limited(|limits| limits.header_timeout = SHORT), router()).await;
    let stream = TokioIo::new(server.connect().await);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    let request = http::Request::get("http://localhost/hello")
        .body(Empty::<bytes::Bytes>::new())
        .unwrap();
    let connection = tokio::spawn(connection);
    sender.send_request(request).await.unwrap();
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_idle_connection_is_evicted_for_a_new_one() {
    let server = serve(limited(|limits| limits.max_connections = 1), router()).await;
    let mut first = server.connect().await;
    first.write_all(ASK_AND_STAY).await.unwrap();
    read_until(&mut first, "hello 127.0.0.1").await;
    let mut second = server.connect().await;
    second.write_all(ASK_AND_STAY).await.unwrap();
    read_until(&mut second, "hello 127.0.0.1").await;
    assert_eq!(
        first.read(&mut [0]).await.unwrap(),
        0,
        "the first was closed with care"
    );
}

#[tokio::test]
async fn if_every_connection_is_busy_the_next_is_answered_503() {
    let (router, in_flight, release) = waiting();
    let server = serve(limited(|limits| limits.max_connections = 1), router).await;
    let mut first = server.connect().await;
    first.write_all(ASK).await.unwrap();
    in_flight.await.unwrap();
    let answer = server.exchange(ASK).await;
    assert_eq!(status(&answer), "HTTP/1.1 503 Service Unavailable");
    assert!(answer.contains("Retry-After: 1\r\n"), "{answer}");
    release.send(()).unwrap();
    let mut answer = String::new();
    first.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("done"), "{answer}");
}

/// Slow with the headers, slow with the body, slow to read: a hundred each; and a thousand that say nothing any more.
#[tokio::test]
async fn slow_and_idle_peers_leave_other_requests_unharmed() {
    let router = router().route("/long", get(async || "a".repeat(8 << 20)));
    let server = serve(options(), router).await;
    let mut peers = Vec::new();
    for begin in [
        &b"GET /hello HTTP/1.1\r\nHost: local"[..],
        b"POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\r\na",
        b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        for _ in 0..100 {
            let mut peer = server.connect().await;
            peer.write_all(begin).await.unwrap();
            peers.push(peer);
        }
    }
    for _ in 0..1000 {
        let mut peer = server.connect().await;
        peer.write_all(ASK_AND_STAY).await.unwrap();
        read_until(&mut peer, "hello 127.0.0.1").await;
        peers.push(peer);
    }
    for _ in 0..20 {
        let answer = tokio::time::timeout(Duration::from_secs(2), server.exchange(ASK)).await;
        assert!(answer.unwrap().ends_with("hello 127.0.0.1"));
    }
    let mut idle = peers.pop().unwrap();
    idle.write_all(ASK).await.unwrap();
    read_until(&mut idle, "hello 127.0.0.1").await;
}

#[tokio::test]
async fn connections_that_are_slow_with_their_bodies_are_evicted_too() {
    let server = serve(limited(|limits| limits.max_connections = 3), router()).await;
    let mut slow = Vec::new();
    for _ in 0..12 {
        let mut peer = server.connect().await;
        let begin = b"POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\r\na";
        peer.write_all(begin).await.unwrap();
        slow.push(peer);
    }
    assert!(server.exchange(ASK).await.ends_with("hello 127.0.0.1"));
}

/// A body without an end that says when it is dropped.
struct Endless(Option<oneshot::Sender<()>>);

impl Drop for Endless {
    fn drop(&mut self) {
        let _ = self.0.take().map(|dropped_sender| dropped_sender.send(()));
    }
}

impl hyper::body::Body for Endless {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, Self::Error>>> {
        let part = bytes::Bytes::from_static(&[b'a'; 64 << 10]);
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(part))))
    }
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_cut() {
    let (dropped_sender, dropped) = oneshot::channel();
    let body = Arc::new(std::sync::Mutex::new(Some(Endless(Some(dropped_sender)))));
    let endless = move || async move {
        let body = body.lock().unwrap().take();
        axum::body::Body::new(body.unwrap())
    };
    let router = Router::new().route("/hello", get(endless));
    let server = serve(limited(|limits| limits.transfer_timeout = SHORT), router).await;
    let mut peer = server.connect().await;
    peer.write_all(ASK).await.unwrap();
    dropped.await.unwrap();
}

/// The attack of CVE-2023-44487: streams that are opened and reset at once.
#[tokio::test]
async fn requests_that_are_taken_back_at_once_leave_others_unharmed() {
    let server = serve(options(), router()).await;
    let stream = TokioIo::new(server.connect().await);
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    for _ in 0..10_000 {
        let request = http::Request::get("http://localhost/hello")
            .body(Empty::<bytes::Bytes>::new())
            .unwrap();
        let mut sender = sender.clone();
        if sender.ready().await.is_err() {
            break;
        }
        drop(sender.send_request(request));
    }
    assert!(server.exchange(ASK).await.ends_with("hello 127.0.0.1"));
    drop(sender);
    drop(connection);
}

/// The attack of CVE-2024-27316: headers without an end.
#[tokio::test]
async fn headers_that_go_on_for_ever_end_the_connection() {
    let server = serve(options(), router()).await;
    let mut peer = server.connect().await;
    let frame = |kind: u8, length: u8, stream: u8| [0, 0, length, kind, 0, 0, 0, 0, stream];
    let (settings, headers, continuation) = (frame(4, 0, 0), frame(1, 0, 1), frame(9, 0, 1));
    peer.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    peer.write_all(&[settings, headers].concat()).await.unwrap();
    let many = continuation.repeat(1024);
    let (mut from, mut to) = peer.split();
    let written = async {
        for _ in 0..10_000 {
            to.write_all(&many).await?;
        }
        io::Result::Ok(())
    };
    let read = async {
        let mut part = [0; 4096];
        while let Ok(1..) = from.read(&mut part).await {}
    };
    tokio::select! {
        written = written => assert!(written.is_err(), "ten million frames were taken"),
        () = read => {}
    }
}

#[tokio::test]
async fn http_2_has_the_same_limits_of_headers_and_bodies() {
    let server = serve(options(), router()).await;
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(server.connect().await))
            .await
            .unwrap();
    tokio::spawn(connection);
    let long = http::Request::post("http://localhost/length")
        .body(http_body_util::Full::new(bytes::Bytes::from(vec![b'a'; 8 << 20])))
        .unwrap();
    let answer = sender.send_request(long).await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let wide = http::Request::post("http://localhost/length")
        .header("cookie", "a".repeat(40 << 10))
        .body(http_body_util::Full::new(bytes::Bytes::new()))
        .unwrap();
    let answer = sender.send_request(wide).await.unwrap();
    assert_eq!(answer.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

/// A router whose one answer waits: the first future says that the request is in flight, the sender lets it finish.
fn waiting() -> (Router, oneshot::Receiver<()>, oneshot::Sender<()>) {
    let ((arrived, in_flight), (release, released)) = (oneshot::channel(), oneshot::channel::<()>());
    let ends = Arc::new(std::sync::Mutex::new(Some((arrived, released))));
    let wait = move || async move {
        let ends = ends.lock().unwrap().take();
        let (arrived, released) = ends.unwrap();
        arrived.send(()).unwrap();
        let _ = released.await;
        "done"
    };
    (Router::new().route("/hello", get(wait)), in_flight, release)
}

#[tokio::test]
async fn a_request_in_flight_is_finished_after_a_graceful_shutdown() {
    let (router, in_flight, release) = waiting();
    let server = serve(options(), router).await;
    let mut idle = server.connect().await;
    let mut stream = server.connect().await;
    stream.write_all(ASK_AND_STAY).await.unwrap();
    in_flight.await.unwrap();
    server.switch.graceful();
    assert_eq!(
        idle.read(&mut [0]).await.unwrap(),
        0,
        "an idle connection is closed at once"
    );
    assert!(
        TcpStream::connect(server.address).await.is_err(),
        "nobody new is let in"
    );
    release.send(()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("done"), "{answer}");
    drop((idle, stream));
    assert_eq!(server.ended.await.unwrap(), ServeOutcome::Finished);
}

#[tokio::test]
async fn requests_in_flight_are_cut_off_after_the_grace() {
    let (router, in_flight, _release) = waiting();
    let server = serve(limited(|limits| limits.shutdown_grace = SHORT), router).await;
    let mut stream = server.connect().await;
    stream.write_all(ASK).await.unwrap();
    in_flight.await.unwrap();
    server.switch.graceful();
    assert_eq!(server.ended.await.unwrap(), ServeOutcome::CutOff(1));
}

#[tokio::test]
async fn an_immediate_shutdown_cuts_requests_off() {
    let (router, in_flight, _release) = waiting();
    let server = serve(
        limited(|limits| limits.shutdown_grace = Duration::from_secs(3600)),
        router,
    )
    .await;
    let mut stream = server.connect().await;
    stream.write_all(ASK).await.unwrap();
    in_flight.await.unwrap();
    server.switch.graceful();
    server.switch.immediate();
    assert_eq!(server.ended.await.unwrap(), ServeOutcome::CutOff(1));
}

#[cfg(unix)]
#[tokio::test]
async fn signals_request_the_shutdown() {
    let shutdown = Shutdown::on_signals().unwrap();
    let send = |signal: &str| {
        let process = std::process::id().to_string();
        assert!(
            std::process::Command::new("kill")
                .args([signal, &process])
                .status()
                .unwrap()
                .success()
        );
    };
    send("-TERM");
    shutdown.requested().await;
    send("-INT");
    shutdown.immediate().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let server = serve(options(), router()).await;
    let error = Listener::bind(ListenOptions::new(server.address))
        .await
        .err()
        .unwrap()
        .to_string();
    insta::assert_snapshot!(error.replace(&server.address.to_string(), "ADDRESS"), @"cannot listen on ADDRESS: another program uses the port; stop it, or choose another port");
}

#[test]
fn only_errors_of_one_connection_are_passed_over_in_silence() {
    assert!(is_about_one_connection(&io::ErrorKind::ConnectionAborted.into()));
    const NO_FREE_FILE_DESCRIPTOR: i32 = 24;
    assert!(!is_about_one_connection(&io::Error::from_raw_os_error(
        NO_FREE_FILE_DESCRIPTOR
    )));
}

/// A folder with a certificate for `localhost` and its key.
struct Pair {
    folder: tempfile::TempDir,
    root: String,
}

impl Pair {
    fn new() -> Self {
        let pair = Self {
            folder: tempfile::tempdir().unwrap(),
            root: String::new(),
        };
        pair.renew()
    }

    /// Writes a new certificate and key over the old.
    fn renew(self) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(self.path("tls.crt"), made.cert.pem()).unwrap();
        std::fs::write(self.path("tls.key"), made.signing_key.serialize_pem()).unwrap();
        Self {
            folder: self.folder,
            root: made.cert.pem(),
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self) -> ListenOptions {
        let mut options = options();
        options.tls = Some(TlsOptions::new(self.path("tls.crt"), self.path("tls.key")));
        options
    }

    fn load(&self) -> Result<Arc<Certificate>, String> {
        let loaded = Certificate::load(&self.path("tls.crt"), &self.path("tls.key"));
        let folder = format!("{}/", self.folder.path().display());
        loaded.map_err(|error| error.to_string().replace(&folder, ""))
    }

    /// Connects as one who trusts only this certificate.
    async fn connect(&self, address: SocketAddr, alpn: &[&str]) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(self.root.as_bytes()).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config))
            .connect(ServerName::try_from("localhost").unwrap(), stream)
            .await
    }
}

#[tokio::test]
async fn tls_serves_http_1_and_http_2() {
    let pair = Pair::new();
    let server = serve(pair.options(), router()).await;
    let stream = pair.connect(server.address, &["http/1.1"]).await.unwrap();
    assert_eq!(
        stream.get_ref().1.protocol_version(),
        Some(ProtocolVersion::TLSv1_3)
    );
    assert!(exchange(stream, ASK).await.ends_with("hello 127.0.0.1"));
    let stream = pair.connect(server.address, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    assert_eq!(hello_over_http_2(stream).await, "hello 127.0.0.1");
}

#[tokio::test]
async fn a_peer_that_is_slow_with_its_handshake_is_cut() {
    let pair = Pair::new();
    let mut options = pair.options();
    options.limits.header_timeout = SHORT;
    let server = serve(options, router()).await;
    assert_eq!(server.exchange(b"").await, "");
}

#[tokio::test]
async fn a_changed_certificate_is_used_for_new_connections() {
    let pair = Pair::new();
    let mut options = pair.options();
    options.tls.as_mut().unwrap().reload_interval = Duration::from_millis(20);
    let server = serve(options, router()).await;
    let mut old = pair.connect(server.address, &["h2"]).await.unwrap();
    let pair = pair.renew();
    let stream = loop {
        match pair.connect(server.address, &["h2"]).await {
            Ok(stream) => break stream,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert_eq!(
        stream.get_ref().1.alpn_protocol(),
        Some(&b"h2"[..]),
        "other settings survive"
    );
    old.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    assert_ne!(
        old.read(&mut [0; 64]).await.unwrap(),
        0,
        "the old connection goes on"
    );
}

#[test]
fn a_broken_change_keeps_the_old_certificate_and_is_told_once() {
    let pair = Pair::new();
    let loaded = pair.load().unwrap();
    let current = || loaded.current();
    let first = current();
    assert!(!loaded.reload().unwrap(), "nothing changed");

    std::fs::write(pair.path("tls.crt"), "nonsense").unwrap();
    assert!(loaded.reload().is_err());
    assert!(!loaded.reload().unwrap(), "the same mistake is not told twice");
    std::fs::remove_file(pair.path("tls.key")).unwrap();
    assert!(loaded.reload().is_err());
    assert!(!loaded.reload().unwrap());
    assert!(Arc::ptr_eq(&first, &current()));

    let _pair = pair.renew();
    assert!(loaded.reload().unwrap());
    assert!(!Arc::ptr_eq(&first, &current()));
}

#[test]
fn a_pair_that_cannot_be_used_is_refused_with_file_and_cause() {
    let pair = Pair::new();
    let refused = || pair.load().unwrap_err();
    let write = |name: &str, text: &str| std::fs::write(pair.path(name), text).unwrap();
    let (certificate, key) = (
        std::fs::read_to_string(pair.path("tls.crt")).unwrap(),
        std::fs::read_to_string(pair.path("tls.key")).unwrap(),
    );

    write("tls.crt", "nonsense");
    insta::assert_snapshot!(refused(), @"certificate `tls.crt`: found no certificate in PEM form, expected a part that begins with `-----BEGIN CERTIFICATE-----`");
    write(
        "tls.crt",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    insta::assert_snapshot!(refused(), @"certificate `tls.crt`: cannot be used (invalid peer certificate: BadEncoding); make a new certificate");
    write("tls.crt", &certificate);
    write("tls.key", &certificate);
    insta::assert_snapshot!(refused(), @"private key `tls.key`: found no private key in PEM form, expected a part that begins with `-----BEGIN PRIVATE KEY-----`");
    write(
        "tls.key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    );
    insta::assert_snapshot!(refused(), @"private key `tls.key`: cannot be used (unexpected error: failed to parse private key as RSA, ECDSA, or EdDSA); make a new private key");
    write("tls.key", &rcgen::KeyPair::generate().unwrap().serialize_pem());
    insta::assert_snapshot!(refused(), @"private key `tls.key`: does not belong to the certificate `tls.crt`; give a key and its own certificate");
    write("tls.key", &key);
    std::fs::remove_file(pair.path("tls.crt")).unwrap();
    insta::assert_snapshot!(refused(), @"certificate `tls.crt`: cannot be read (No such file or directory (os error 2)); check the path and its permissions");
}
