//! The error of the metrics listener.

use std::io;
use std::net::SocketAddr;

/// The address for metrics cannot be bound.
#[derive(Debug, thiserror::Error)]
#[error(
    "metrics cannot be served on {address}: {cause}; choose another address with --metrics (metrics.listen)."
)]
pub struct MetricsError {
    /// The address of `metrics.listen`.
    pub address: SocketAddr,
    /// The error of the system.
    pub cause: io::Error,
}
