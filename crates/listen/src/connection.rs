//! One connection, from its acceptance to its close.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Version};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, interval_at, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::connection_limit::Slot;
use super::lingering_stream::LingeringStream;
use super::metrics::{ConnectionMetrics, RefusedConnection};
use super::options::Limits;
use super::prefixed_stream::PrefixedStream;
use super::refused_request::{self, RefusedRequest, request_line};
use super::request_body::RequestBody;
use super::shutdown::Shutdown;
use super::watched_stream::{EndedStream, Exchanges, ResponseBody, WatchedStream};

/// How long an evicted connection may take to tell its peer that it closes.
const EVICTION_GRACE: Duration = Duration::from_millis(20);

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// Settings that all connections of a listener share.
pub(super) struct Connections {
    routers: Routers,
    http: Builder<TokioExecutor>,
    acceptor: Option<TlsAcceptor>,
    header_timeout: Duration,
    transfer_timeout: Duration,
    max_headers: usize,
    shutdown: Shutdown,
    metrics: Arc<ConnectionMetrics>,
}

/// The routers that answer requests.
pub(super) struct Routers {
    /// Answers requests.
    pub(super) application: Router,
    /// Answers requests that were refused before they reached the application.
    pub(super) refusals: Router,
}

/// How HTTP on a connection ended.
enum End {
    /// Either side closed it, or it was given up.
    Closed,
    /// The headers of a request did not arrive in time.
    HeaderTimeout,
}

impl Connections {
    pub(super) fn new(
        routers: Routers,
        acceptor: Option<TlsAcceptor>,
        limits: &Limits,
        shutdown: Shutdown,
        metrics: Arc<ConnectionMetrics>,
    ) -> Self {
        Self {
            routers,
            http: limits.http(),
            acceptor,
            header_timeout: limits.header_timeout,
            transfer_timeout: limits.transfer_timeout,
            max_headers: limits.max_headers,
            shutdown,
            metrics,
        }
    }

    /// Their counters.
    pub(super) fn metrics(&self) -> &ConnectionMetrics {
        &self.metrics
    }

    /// `true` if peers must speak TLS.
    pub(super) fn speak_tls(&self) -> bool {
        self.acceptor.is_some()
    }

    /// Serves the requests of one connection until either side closes it, or it is evicted.
    pub(super) async fn serve(&self, stream: TcpStream, peer: SocketAddr, slot: &Slot) {
        let _open = self.metrics.count_open();
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        if let Err(cause) = stream.set_nodelay(true) {
            tracing::debug!(%peer, %cause, "small answers may be delayed");
        }
        let (stream, returned) = LingeringStream::new(stream, self.transfer_timeout);
        match &self.acceptor {
            None => self.speak_http(stream, peer, slot).await,
            Some(acceptor) => {
                let handshake = timeout(self.header_timeout, acceptor.accept(stream));
                let shaken = tokio::select! {
                    shaken = handshake => shaken,
                    () = slot.activity().evicted() => return,
                    () = self.shutdown.requested() => return,
                };
                match shaken {
                    Ok(Ok(stream)) => self.speak_http(stream, peer, slot).await,
                    Ok(Err(cause)) => {
                        tracing::debug!(%peer, %cause, "the TLS handshake failed");
                        self.metrics.count_refused(RefusedConnection::Handshake);
                    }
                    Err(_) => {
                        tracing::debug!(%peer, "the TLS handshake took too long");
                        self.metrics.count_refused(RefusedConnection::Handshake);
                    }
                }
            }
        }
        tokio::select! {
            () = returned.close() => {}
            () = slot.activity().evicted() => {}
        }
    }

    /// Speaks HTTP, and sends the refusal if hyper refuses what the peer sent.
    async fn speak_http<S>(&self, stream: S, peer: SocketAddr, slot: &Slot)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let exchanges = Arc::new(Exchanges::default());
        let (stream, ended) = WatchedStream::new(stream, exchanges.clone(), self.max_headers);
        let end = self.exchange(stream, peer, slot, &exchanges).await;
        let Ok(ended) = ended.await else { return };
        let refused = match (ended.refused, end) {
            (Some(status), _) => RefusedRequest::with_status(status),
            (None, End::HeaderTimeout) if !ended.head.trim_ascii().is_empty() => RefusedRequest::SLOW,
            (None, _) => return,
        };
        let refusal = self.refuse(ended, peer, refused);
        if timeout(self.transfer_timeout, refusal).await.is_err() {
            tracing::debug!(%peer, "the refusal took too long");
        }
    }

    /// hyper's own time-out covers the headers of HTTP/1 requests. A connection that is idle before them, or between
    /// requests of HTTP/2, is closed here after one to two times that time-out.
    async fn exchange<S>(
        &self,
        stream: WatchedStream<S>,
        peer: SocketAddr,
        slot: &Slot,
        exchanges: &Arc<Exchanges>,
    ) -> End
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = slot.activity();
        let service = service_fn(|request: Request<Incoming>| {
            let (in_flight, exchange) = (slot.begin(), exchanges.begin());
            let mut request = request.map(|body| RequestBody::new(body, in_flight.activity()));
            request.extensions_mut().insert(ConnectInfo(peer));
            let refused = RefusedRequest::of(&request, self.max_headers);
            let closes = refused.is_some() && request.version() <= Version::HTTP_11;
            let router = match refused {
                None => &self.routers.application,
                Some(refused) => {
                    request.extensions_mut().insert(refused);
                    &self.routers.refusals
                }
            };
            let answer = router.clone().oneshot(request);
            async move {
                let answer = answer.await;
                drop(in_flight);
                answer.map(|mut response| {
                    if closes {
                        response.headers_mut().insert(CONNECTION, CLOSE);
                    }
                    response.map(|body| ResponseBody::new(body, exchange))
                })
            }
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let mut checks = interval_at(Instant::now() + self.header_timeout, self.header_timeout);
        let (mut closing, mut evicted, mut last) = (false, false, 0);
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    let Err(cause) = ended else { return End::Closed };
                    tracing::debug!(%peer, cause, "the connection ended early");
                    let timed_out = cause.downcast_ref().is_some_and(hyper::Error::is_timeout);
                    return if timed_out { End::HeaderTimeout } else { End::Closed };
                }
                () = self.shutdown.requested(), if !closing => {
                    closing = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = activity.evicted(), if !evicted => {
                    (closing, evicted) = (true, true);
                    connection.as_mut().graceful_shutdown();
                    checks.reset_after(EVICTION_GRACE);
                }
                _ = checks.tick() => {
                    if evicted && activity.waits_for_its_peer() {
                        return End::Closed;
                    }
                    if activity.is_idle_since(&mut last) {
                        if closing {
                            return End::HeaderTimeout;
                        }
                        closing = true;
                        connection.as_mut().graceful_shutdown();
                    }
                }
            }
        }
    }

    /// Sends the refusal of a request that hyper could not read. If its first line could be read, the router for refusals
    /// gets a request of that method and target.
    async fn refuse<S>(&self, ended: EndedStream<S>, peer: SocketAddr, refused: RefusedRequest)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let (line, router) = match request_line(&ended.head) {
            Some((method, target)) => (format!("{method} {target}"), self.routers.refusals.clone()),
            None => ("GET /".to_owned(), refused_request::bare()),
        };
        let head = format!("{line} HTTP/1.1\r\nConnection: close\r\n\r\n");
        let service = service_fn(|mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(refused);
            router.clone().oneshot(request)
        });
        let sent = http1::Builder::new()
            .max_buf_size(self.max_headers.saturating_add(head.len()))
            .serve_connection(TokioIo::new(PrefixedStream::new(head, ended.stream)), service);
        if let Err(cause) = sent.await {
            tracing::debug!(%peer, %cause, "the refusal could not be sent");
        }
    }
}
