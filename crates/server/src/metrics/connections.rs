//! The counters of the listener, as metrics.

use pixie_listen::{ConnectionMetrics, RefusedConnection};
use pixie_provider::metrics::{Labels, Metric, MetricList, MetricValue};

/// The counters of one listener.
pub(super) fn metrics(connections: &ConnectionMetrics) -> Vec<Metric> {
    let mut list = MetricList::default();
    list.gauges(
        "pixie_connections_open",
        "Connections that are open",
        [(Labels::new(), MetricValue::Measure(connections.open() as f64))],
    );
    list.counters(
        "pixie_connections_accepted",
        "Connections that were accepted",
        [(Labels::new(), MetricValue::Measure(connections.accepted() as f64))],
    );
    let refused = RefusedConnection::ALL.map(|reason| {
        let refused = MetricValue::Measure(connections.refused(reason) as f64);
        (vec![("reason", reason.name())], refused)
    });
    list.counters(
        "pixie_connections_refused",
        "Connections that were closed before their time",
        refused,
    );
    list.into_metrics()
}
