//! The listening side: accepts connections, speaks TLS where configured, serves HTTP/1.1 (RFC 9112) and HTTP/2
//! (RFC 9113) within limits, and stops without cutting off requests in flight.

mod activity;
mod body;
mod certificate;
mod connection;
mod descriptors;
mod error;
mod http_limits;
mod lent;
mod metrics;
mod options;
mod places;
mod refusal;
mod stop;

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
pub use stop::{Stop, StopSwitch};

use certificate::Certificate;
use connection::Connections;
use places::{Found, OneLeaves, Place, Places};
use refusal::{Refusals, refuse};

/// How long accepting pauses after an error that is not about one connection, such as no free file descriptor: long
/// enough not to spin, short enough not to be noticed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A bound address from which a router can be served.
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    certificate: Option<Tls>,
    limits: Limits,
    metrics: Arc<ConnectionMetrics>,
}

struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
    reload_interval: Duration,
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every request in flight was answered.
    Finished,
    /// So many connections were still open when the time was up or when the second signal came.
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
            metrics: Arc::default(),
        })
    }

    /// The address that is listened on, with the port that the system chose if the options say 0.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its counters.
    #[must_use]
    pub fn metrics(&self) -> Arc<ConnectionMetrics> {
        self.metrics.clone()
    }

    /// Serves until the stop is requested; then finishes the requests in flight, for at most
    /// [`shutdown_grace`](Limits::shutdown_grace). Each request carries the address of its client as axum's
    /// [`ConnectInfo`](axum::extract::ConnectInfo)`<SocketAddr>`.
    pub async fn serve(self, router: Router, stop: Stop) -> Ended {
        let reload = self.certificate.as_ref().map(|tls| {
            tokio::spawn(certificate::keep_current(
                tls.certificate.clone(),
                tls.reload_interval,
            ))
        });
        let acceptor = self.certificate.map(|tls| tls.acceptor);
        let connections = Arc::new(Connections::new(
            self.limits.around(router),
            acceptor,
            &self.limits,
            stop.clone(),
            self.metrics,
        ));
        let mut tasks = JoinSet::new();
        accept_until_stopped(
            &self.tcp,
            &connections,
            descriptors::affordable(self.limits.max_connections),
            &mut tasks,
            &stop,
        )
        .await;
        drop(self.tcp);
        if let Some(reload) = reload {
            reload.abort();
        }
        finish(tasks, self.limits.shutdown_grace, &stop).await
    }
}

async fn accept_until_stopped(
    tcp: &TcpListener,
    connections: &Arc<Connections>,
    max_connections: usize,
    tasks: &mut JoinSet<()>,
    stop: &Stop,
) {
    let (places, refusals) = (Places::new(max_connections), Arc::new(Refusals::new()));
    loop {
        let accepted = tokio::select! {
            accepted = tcp.accept() => accepted,
            () = stop.requested() => return,
        };
        while tasks.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let knock = Knock {
                    connections: connections.clone(),
                    refusals: refusals.clone(),
                    stream,
                    peer,
                };
                let metrics = connections.metrics();
                metrics.count_accepted();
                match places.find(peer.ip().to_canonical()) {
                    Found::Place(place) => drop(tasks.spawn(knock.serve(place))),
                    Found::Soon(place) => {
                        metrics.count_refused(RefusedConnection::GaveWay);
                        drop(tasks.spawn(knock.wait_for(place)));
                    }
                    Found::None => {
                        metrics.count_refused(RefusedConnection::Full);
                        knock.refuse(tasks);
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

/// A connection that was accepted and has no place yet.
struct Knock {
    connections: Arc<Connections>,
    refusals: Arc<Refusals>,
    stream: TcpStream,
    peer: SocketAddr,
}

impl Knock {
    /// Serves it; it holds its place among [`max_connections`](Limits::max_connections) until it is closed.
    async fn serve(self, place: Place) {
        self.connections.serve(self.stream, self.peer, &place).await;
    }

    async fn wait_for(self, place: OneLeaves) {
        match place.place().await {
            Some(place) => self.serve(place).await,
            None => {
                self.connections.metrics().count_refused(RefusedConnection::Full);
                if let Some(right) = self.may_be_told() {
                    refuse(self.stream, right).await;
                }
            }
        }
    }

    fn refuse(self, tasks: &mut JoinSet<()>) {
        tracing::debug!(peer = %self.peer, "every connection is in use");
        if let Some(right) = self.may_be_told() {
            tasks.spawn(refuse(self.stream, right));
        }
    }

    /// Whether it is told to come back: not under TLS, where that would cost a handshake, and not everybody of a flood.
    fn may_be_told(&self) -> Option<tokio::sync::OwnedSemaphorePermit> {
        if self.connections.speak_tls() {
            return None;
        }
        self.refusals.one()
    }
}

/// The peer went away between its knock and our answer: nothing is wrong here.
fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

async fn finish(mut tasks: JoinSet<()>, grace: Duration, stop: &Stop) -> Ended {
    let all = async { while tasks.join_next().await.is_some() {} };
    tokio::select! {
        () = all => return Ended::Finished,
        () = tokio::time::sleep(grace) => {}
        () = stop.demanded() => {}
    }
    while tasks.try_join_next().is_some() {}
    if tasks.is_empty() {
        Ended::Finished
    } else {
        Ended::CutOff(tasks.len())
    }
}

#[cfg(test)]
mod tests;
