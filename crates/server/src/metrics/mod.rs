//! Metrics for Prometheus, on a listener of their own: what is counted where, how it is reached, and what the process takes.

mod connections;
mod error;
mod listener;
mod process;

use pixie_listen::ConnectionMetrics;
use pixie_web::Web;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::sync::Arc;

use connections::Connections;
pub use error::MetricsError;
pub use listener::MetricsListener;

/// Everything that a server counts, to be printed.
#[must_use]
pub fn registry(web: &Web, connections: Arc<ConnectionMetrics>) -> Registry {
    let mut registry = Registry::default();
    registry.register(
        "pixie_build",
        "The version that runs",
        Info::new([("version", env!("CARGO_PKG_VERSION"))]),
    );
    registry.register_collector(Box::new(process::Process));
    registry.register_collector(Box::new(Connections(connections)));
    web.register_metrics(&mut registry);
    registry
}
