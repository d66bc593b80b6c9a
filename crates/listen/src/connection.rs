//! One connection, from its acceptance to its close.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
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
use super::request_body::RequestBody;
use super::shutdown::Shutdown;

/// How long an evicted connection may take to tell its peer that it closes.
const EVICTION_GRACE: Duration = Duration::from_millis(20);

/// Settings that all connections of a listener share.
pub(super) struct Connections {
    router: Router,
    http: Builder<TokioExecutor>,
    acceptor: Option<TlsAcceptor>,
    header_timeout: Duration,
    transfer_timeout: Duration,
    shutdown: Shutdown,
    metrics: Arc<ConnectionMetrics>,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        acceptor: Option<TlsAcceptor>,
        limits: &Limits,
        shutdown: Shutdown,
        metrics: Arc<ConnectionMetrics>,
    ) -> Self {
        Self {
            router,
            http: limits.http(),
            acceptor,
            header_timeout: limits.header_timeout,
            transfer_timeout: limits.transfer_timeout,
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

    /// Speaks HTTP. hyper's own time-out covers the headers of HTTP/1 requests. A connection that is idle before them, or
    /// between requests of HTTP/2, is closed here after one to two times that time-out.
    async fn speak_http(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
        slot: &Slot,
    ) {
        let activity = slot.activity();
        let service = service_fn(|request: Request<Incoming>| {
            let in_flight = slot.begin();
            let mut request = request.map(|body| RequestBody::new(body, in_flight.activity()));
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = self.router.clone().oneshot(request);
            async move {
                let answer = answer.await;
                drop(in_flight);
                answer
            }
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let mut checks = interval_at(Instant::now() + self.header_timeout, self.header_timeout);
        let (mut closing, mut evicted, mut last) = (false, false, 0);
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(cause) = ended {
                        tracing::debug!(%peer, cause, "the connection ended early");
                    }
                    return;
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
                        return;
                    }
                    if activity.is_idle_since(&mut last) {
                        if closing {
                            return;
                        }
                        closing = true;
                        connection.as_mut().graceful_shutdown();
                    }
                }
            }
        }
    }
}
