//! Why metrics cannot be served.

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
    /// What the system said.
    pub cause: io::Error,
}
