//! Options of a listener: its address, its certificate and its limits.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::certificate::Certificate;
use super::error::CertificateError;

/// Options of a [`Listener`](crate::Listener).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ListenOptions {
    /// The address to bind. Port 0 lets the system choose a free port.
    pub address: SocketAddr,
    /// The certificate; without one, the listener speaks plain HTTP.
    pub tls: Option<TlsOptions>,
    /// The limits of connections and requests.
    pub limits: Limits,
}

impl ListenOptions {
    /// Plain HTTP on an address, with the default limits.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            tls: None,
            limits: Limits::default(),
        }
    }
}

/// The certificate of a listener. Both files are PEM (RFC 7468).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TlsOptions {
    /// The certificate chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// The private key of the certificate.
    pub key: PathBuf,
    /// How often the files are read again. A changed pair is used for new connections; if the new pair cannot be used, the
    /// old one stays and an error is logged.
    pub reload_interval: Duration,
}

impl TlsOptions {
    /// A certificate and its key, read again every ten seconds.
    #[must_use]
    pub fn new(certificate: PathBuf, key: PathBuf) -> Self {
        Self {
            certificate,
            key,
            reload_interval: Duration::from_secs(10),
        }
    }

    /// Reads both files as [`Listener::bind`](crate::Listener::bind) does.
    ///
    /// # Errors
    /// The certificate or its key cannot be used.
    pub fn check(&self) -> Result<(), CertificateError> {
        let certificate = Certificate::load(&self.certificate, &self.key)?;
        certificate.server_config().map(drop)
    }
}

/// Limits of one listener.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections served at once. If all are open, the idle connection used least recently is closed for a new one; if none
    /// is idle, the new one is answered 503.
    pub max_connections: usize,
    /// Time for the TLS handshake, for the headers of a request, and between two requests of a connection.
    pub header_timeout: Duration,
    /// Time for which a client may leave sent bytes unread. The application limits the size of a body, the time for reading
    /// it, and the time until the answer.
    pub transfer_timeout: Duration,
    /// Time for requests in flight after a graceful shutdown was requested.
    pub shutdown_grace: Duration,
    /// Bytes of a request's line and headers, at least 8192; 431 beyond it.
    pub max_headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 4096,
            header_timeout: Duration::from_secs(15),
            transfer_timeout: Duration::from_secs(10),
            shutdown_grace: Duration::from_secs(10),
            max_headers: 32 << 10,
        }
    }
}
