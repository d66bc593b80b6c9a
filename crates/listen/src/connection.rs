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

use super::body::Awaited;
use super::lent::lend;
use super::metrics::{ConnectionMetrics, RefusedConnection};
use super::options::Limits;
use super::places::Place;
use super::stop::Stop;

/// How long a connection that gives way may take to say so.
const LEAVE: Duration = Duration::from_millis(20);

/// What all connections share.
pub(super) struct Connections {
    router: Router,
    http: Builder<TokioExecutor>,
    acceptor: Option<TlsAcceptor>,
    header_timeout: Duration,
    transfer_timeout: Duration,
    stop: Stop,
    metrics: Arc<ConnectionMetrics>,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        acceptor: Option<TlsAcceptor>,
        limits: &Limits,
        stop: Stop,
        metrics: Arc<ConnectionMetrics>,
    ) -> Self {
        Self {
            router,
            http: limits.http(),
            acceptor,
            header_timeout: limits.header_timeout,
            transfer_timeout: limits.transfer_timeout,
            stop,
            metrics,
        }
    }

    /// What is counted of them.
    pub(super) fn metrics(&self) -> &ConnectionMetrics {
        &self.metrics
    }

    /// Whether peers must speak TLS.
    pub(super) fn speak_tls(&self) -> bool {
        self.acceptor.is_some()
    }

    /// Serves the requests of one connection until either side closes it, or it has to leave its place to another.
    pub(super) async fn serve(&self, stream: TcpStream, peer: SocketAddr, place: &Place) {
        let _open = self.metrics.count_open();
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        if let Err(cause) = stream.set_nodelay(true) {
            tracing::debug!(%peer, %cause, "small answers may be delayed");
        }
        let (stream, back) = lend(stream, self.transfer_timeout);
        match &self.acceptor {
            None => self.speak_http(stream, peer, place).await,
            Some(acceptor) => {
                let handshake = timeout(self.header_timeout, acceptor.accept(stream));
                let shaken = tokio::select! {
                    shaken = handshake => shaken,
                    () = place.activity().asked_to_leave() => return,
                    () = self.stop.requested() => return,
                };
                match shaken {
                    Ok(Ok(stream)) => self.speak_http(stream, peer, place).await,
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
            () = back.close() => {}
            () = place.activity().asked_to_leave() => {}
        }
    }

    /// Speaks HTTP. hyper's own time-out covers the headers of HTTP/1 requests; whoever is silent before that, or
    /// between the requests of an HTTP/2 connection, is sent off here after once to twice the same time.
    async fn speak_http(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
        place: &Place,
    ) {
        let activity = place.activity();
        let service = service_fn(|request: Request<Incoming>| {
            let in_flight = place.begin();
            let mut request = request.map(|body| Awaited::new(body, in_flight.activity()));
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
        let mut looks = interval_at(Instant::now() + self.header_timeout, self.header_timeout);
        let (mut closing, mut leaving, mut last) = (false, false, 0);
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(cause) = ended {
                        tracing::debug!(%peer, cause, "the connection ended early");
                    }
                    return;
                }
                () = self.stop.requested(), if !closing => {
                    closing = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = activity.asked_to_leave(), if !leaving => {
                    (closing, leaving) = (true, true);
                    connection.as_mut().graceful_shutdown();
                    looks.reset_after(LEAVE);
                }
                _ = looks.tick() => {
                    if leaving && activity.waits_for_its_peer() {
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
