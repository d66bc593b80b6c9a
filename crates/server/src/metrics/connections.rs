//! What the listening side counts.

use std::fmt;

use pixie_provider::metrics::{Count, Counts, Level, Page, labels};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

labels! {
    /// Why a connection was closed before its time.
    pub enum RefusedConnection: "reason" {
        /// All places were taken, and none could be spared.
        Full = "full",
        /// It said nothing, and another one needed its place.
        GaveWay = "gave_way",
        /// TLS was not agreed on, or not in time.
        Handshake = "handshake",
    }
}

/// What the listening side counts.
#[derive(Debug, Default)]
pub struct ConnectionMetrics {
    /// Connections that are open.
    pub open: Level,
    /// Connections that were accepted.
    pub accepted: Count,
    /// Connections that were closed before their time.
    pub refused: Counts<RefusedConnection>,
}

impl Collector for ConnectionMetrics {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page::new(encoder);
        page.level("pixie_connections_open", "Connections that are open", &self.open)?;
        page.count(
            "pixie_connections_accepted",
            "Connections that were accepted",
            &self.accepted,
        )?;
        page.counts(
            "pixie_connections_refused",
            "Connections that were closed before their time",
            &self.refused,
        )
    }
}
