//! The listener for metrics: a few connections, one request on each, `GET /metrics` and nothing else. It shares no limit
//! with the one that clients use, so that it answers when that one is full.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::error::MetricsError;

/// Connections at the same time; more are closed at once.
const MAX_CONNECTIONS: usize = 8;

/// How long a peer may take for its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may take from its beginning to its end.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of a request, its headers included.
const MAX_REQUEST: usize = 8 * 1024;

/// How long accepting pauses after an error, such as no free file descriptor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// OpenMetrics 1.0, which Prometheus asks for first.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A bound address from which metrics can be served.
pub struct MetricsListener {
    tcp: TcpListener,
    address: SocketAddr,
}

impl MetricsListener {
    /// Binds an address.
    ///
    /// # Errors
    /// The address cannot be bound.
    pub async fn bind(address: SocketAddr) -> Result<Self, MetricsError> {
        let refused = |cause| MetricsError { address, cause };
        let tcp = TcpListener::bind(address).await.map_err(refused)?;
        let address = tcp.local_addr().map_err(refused)?;
        Ok(Self { tcp, address })
    }

    /// The bound address; if port 0 was configured, with the port that the system chose.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves the registry until the task is ended.
    pub async fn serve(self, registry: Registry) {
        let registry = Arc::new(registry);
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        loop {
            match self.tcp.accept().await {
                Ok((stream, _)) => {
                    let Ok(slot) = slots.clone().try_acquire_owned() else {
                        continue;
                    };
                    let registry = registry.clone();
                    tokio::spawn(async move {
                        answer_on(stream, &registry).await;
                        drop(slot);
                    });
                }
                Err(cause) => {
                    tracing::debug!(%cause, "a connection for metrics cannot be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

async fn answer_on(stream: TcpStream, registry: &Registry) {
    let service = service_fn(async |request| Ok::<_, Infallible>(answer(&request, registry)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_REQUEST)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    match timeout(CONNECTION_TIMEOUT, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => tracing::debug!(%cause, "a connection for metrics ended early"),
        Err(_) => tracing::debug!("a connection for metrics took too long"),
    }
}

fn answer(request: &Request<Incoming>, registry: &Registry) -> Response<String> {
    if request.uri().path() != "/metrics" {
        return plain(StatusCode::NOT_FOUND, "Metrics are at /metrics.\n");
    }
    if request.method() != Method::GET {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Ask with GET.\n");
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET"));
        return response;
    }
    let mut page = String::new();
    match encode(&mut page, registry) {
        Ok(()) => {
            let mut response = Response::new(page);
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS));
            response
        }
        Err(_) => plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The metrics cannot be written.\n",
        ),
    }
}

fn plain(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
