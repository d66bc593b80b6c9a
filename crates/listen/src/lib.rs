//! Serves an axum application on a socket: accepts connections, speaks TLS if configured, serves HTTP/1.1 (RFC 9112) and
//! HTTP/2 (RFC 9113) within limits, and shuts down without cutting off requests in flight.
//!
//! ```no_run
//! # async fn serve(app: axum::Router) -> Result<(), Box<dyn std::error::Error>> {
//! use pixie_listen::{ListenOptions, Listener, Shutdown};
//!
//! let mut options = ListenOptions::new(([127, 0, 0, 1], 8000).into());
//! options.limits.max_connections = 1000;
//! let listener = Listener::bind(options).await?;
//! listener.serve(app, Shutdown::on_signals()?).await;
//! # Ok(())
//! # }
//! ```

mod activity;
mod certificate;
mod connection;
mod connection_limit;
mod descriptors;
mod error;
mod http_limits;
mod lingering_stream;
mod metrics;
mod options;
mod prefixed_stream;
mod refusal;
mod refused_request;
mod request_body;
mod shutdown;
mod watched_stream;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub use error::{CertificateError, ListenError, TlsFile};
pub use metrics::{ConnectionMetrics, RefusedConnection};
pub use options::{Limits, ListenOptions, TlsOptions};
pub use refused_request::RefusedRequest;
pub use shutdown::{Shutdown, ShutdownSwitch};

use certificate::Certificate;
use connection::{Connections, Routers};
use connection_limit::{Admission, ConnectionLimit, Eviction, Slot};
use refusal::{Refusals, refuse};

/// How long accepting pauses after an error that is not about one connection, such as no free file descriptor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A bound address from which a router can be served.
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    certificate: Option<Tls>,
    limits: Limits,
    refusals: Router,
    metrics: Arc<ConnectionMetrics>,
}

struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
    reload_interval: Duration,
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServeOutcome {
    /// Every request in flight was answered.
    Finished,
    /// This many connections were still open after the grace, or at an immediate shutdown.
    CutOff(usize),
}

impl Listener {
    /// Binds the address and reads the certificate, if there is one. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// The address cannot be bound, or the certificate or its key cannot be used. The message says what to do.
    pub async fn bind(options: ListenOptions) -> Result<Self, ListenError> {
        let certificate = match &options.tls {
            Some(tls) => {
                let certificate = Certificate::load(&tls.certificate, &tls.key)?;
                let acceptor = TlsAcceptor::from(Arc::new(certificate.server_config()?));
                Some(Tls {
                    acceptor,
                    certificate,
                    reload_interval: tls.reload_interval,
                })
            }
            None => None,
        };
        let refused = |cause| ListenError::Bind {
            address: options.address,
            cause,
        };
        let tcp = TcpListener::bind(options.address).await.map_err(refused)?;
        let address = tcp.local_addr().map_err(refused)?;
        Ok(Self {
            tcp,
            address,
            certificate,
            limits: options.limits,
            refusals: refused_request::bare(),
            metrics: Arc::default(),
        })
    }

    /// The bound address; if the options said port 0, with the port that the system chose.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets a router answer requests that are refused before they reach the application, each with the value in its extensions
    /// that `extension` makes of the refusal. Without one, the answer is a bare status. If not even the first line of a request
    /// can be read, it always is.
    #[must_use]
    pub fn with_refusals<E>(self, refusals: Router, extension: fn(RefusedRequest) -> E) -> Self
    where
        E: Clone + Send + Sync + 'static,
    {
        Self {
            refusals: refused_request::with_extension(refusals, extension),
            ..self
        }
    }

    /// The counters.
    #[must_use]
    pub fn metrics(&self) -> Arc<ConnectionMetrics> {
        self.metrics.clone()
    }

    /// Serves until a shutdown is requested; then finishes the requests in flight, for at most
    /// [`shutdown_grace`](Limits::shutdown_grace). Each request carries the address of its client as axum's
    /// [`ConnectInfo`](axum::extract::ConnectInfo)`<SocketAddr>`.
    pub async fn serve(self, router: Router, shutdown: Shutdown) -> ServeOutcome {
        let reload = self.certificate.as_ref().map(|tls| {
            tokio::spawn(certificate::keep_current(
                tls.certificate.clone(),
                tls.reload_interval,
            ))
        });
        let acceptor = self.certificate.map(|tls| tls.acceptor);
        let connections = Arc::new(Connections::new(
            Routers {
                application: router,
                refusals: self.refusals,
            },
            acceptor,
            &self.limits,
            shutdown.clone(),
            self.metrics,
        ));
        let mut tasks = JoinSet::new();
        accept_until_shutdown(
            &self.tcp,
            &connections,
            descriptors::affordable(self.limits.max_connections),
            &mut tasks,
            &shutdown,
        )
        .await;
        drop(self.tcp);
        if let Some(reload) = reload {
            reload.abort();
        }
        finish(tasks, self.limits.shutdown_grace, &shutdown).await
    }
}

async fn accept_until_shutdown(
    tcp: &TcpListener,
    connections: &Arc<Connections>,
    max_connections: usize,
    tasks: &mut JoinSet<()>,
    shutdown: &Shutdown,
) {
    let (limit, refusals) = (ConnectionLimit::new(max_connections), Arc::new(Refusals::new()));
    loop {
        let accepted = tokio::select! {
            accepted = tcp.accept() => accepted,
            () = shutdown.requested() => return,
        };
        while tasks.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let pending = PendingConnection {
                    connections: connections.clone(),
                    refusals: refusals.clone(),
                    stream,
                    peer,
                };
                let metrics = connections.metrics();
                metrics.count_accepted();
                match limit.admit(peer.ip().to_canonical()) {
                    Admission::Admitted(slot) => drop(tasks.spawn(pending.serve(slot))),
                    Admission::Evicting(eviction) => {
                        metrics.count_refused(RefusedConnection::GaveWay);
                        drop(tasks.spawn(pending.wait_for(eviction)));
                    }
                    Admission::Full => {
                        metrics.count_refused(RefusedConnection::Full);
                        pending.refuse(tasks);
                    }
                }
            }
            Err(cause) if is_about_one_connection(&cause) => {}
            Err(cause) => {
                tracing::error!(%cause, "connections cannot be accepted; trying again");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// A connection that was accepted and is not served yet.
struct PendingConnection {
    connections: Arc<Connections>,
    refusals: Arc<Refusals>,
    stream: TcpStream,
    peer: SocketAddr,
}

impl PendingConnection {
    /// Serves it; it holds its slot until it is closed.
    async fn serve(self, slot: Slot) {
        self.connections.serve(self.stream, self.peer, &slot).await;
    }

    async fn wait_for(self, eviction: Eviction) {
        match eviction.slot().await {
            Some(slot) => self.serve(slot).await,
            None => {
                self.connections.metrics().count_refused(RefusedConnection::Full);
                if let Some(permit) = self.refusal_permit() {
                    refuse(self.stream, permit).await;
                }
            }
        }
    }

    fn refuse(self, tasks: &mut JoinSet<()>) {
        tracing::debug!(peer = %self.peer, "every connection is in use");
        if let Some(permit) = self.refusal_permit() {
            tasks.spawn(refuse(self.stream, permit));
        }
    }

    /// The permit to send a 503: not with TLS, because that would cost a handshake, and not to all of a flood.
    fn refusal_permit(&self) -> Option<tokio::sync::OwnedSemaphorePermit> {
        if self.connections.speak_tls() {
            return None;
        }
        self.refusals.permit()
    }
}

/// The peer closed the connection before it was accepted: nothing is wrong here.
fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

async fn finish(mut tasks: JoinSet<()>, grace: Duration, shutdown: &Shutdown) -> ServeOutcome {
    let all = async { while tasks.join_next().await.is_some() {} };
    tokio::select! {
        () = all => return ServeOutcome::Finished,
        () = tokio::time::sleep(grace) => {}
        () = shutdown.immediate() => {}
    }
    while tasks.try_join_next().is_some() {}
    if tasks.is_empty() {
        ServeOutcome::Finished
    } else {
        ServeOutcome::CutOff(tasks.len())
    }
}

#[cfg(test)]
mod tests;
