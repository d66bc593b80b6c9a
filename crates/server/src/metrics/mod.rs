//! Metrics for Prometheus: the registry of all counters, and a listener of its own that serves it.

mod connections;
mod error;
mod listener;
mod process;

use pixie_listen::ConnectionMetrics;
use pixie_web::{MetricsCollector, Web};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::sync::Arc;

pub use error::MetricsError;
pub use listener::MetricsListener;

/// The registry of everything that a server counts.
#[must_use]
pub fn registry(web: &Web, connections: Arc<ConnectionMetrics>) -> Registry {
    let mut registry = Registry::default();
    registry.register(
        "pixie_build",
        "The version that runs",
        Info::new([("version", env!("CARGO_PKG_VERSION"))]),
    );
    registry.register_collector(Box::new(MetricsCollector::new(process::metrics)));
    let connections = move || connections::metrics(&connections);
    registry.register_collector(Box::new(MetricsCollector::new(connections)));
    web.register_metrics(&mut registry);
    registry
}
