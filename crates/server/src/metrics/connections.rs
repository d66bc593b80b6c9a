//! The counters of the listener, as metrics.

use std::fmt;
use std::sync::Arc;

use pixie_listen::{ConnectionMetrics, RefusedConnection};
use pixie_provider::metrics::Page;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

/// Writes the counters of one listener.
#[derive(Debug)]
pub(super) struct Connections(pub(super) Arc<ConnectionMetrics>);

impl Collector for Connections {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page::new(encoder);
        let (open, accepted) = (self.0.open() as f64, self.0.accepted() as f64);
        page.gauge("pixie_connections_open", "Connections that are open", open)?;
        page.counter(
            "pixie_connections_accepted",
            "Connections that were accepted",
            accepted,
        )?;
        let refused =
            RefusedConnection::ALL.map(|reason| ([("reason", reason.name())], self.0.refused(reason) as f64));
        page.counters(
            "pixie_connections_refused",
            "Connections that were closed before their time",
            refused,
        )
    }
}
