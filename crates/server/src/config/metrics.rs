//! `[metrics]`: the listener for metrics.

use std::net::SocketAddr;

use super::Config;
use super::key::section;
use super::layers::Layers;

section! {
    /// Metrics in the format of Prometheus; docs/metrics.md lists them.
    Metrics = "metrics" {
        /// The address and port that answer `GET /metrics`. Everybody who can reach it may read it: choose one that
        /// only your monitoring can reach, such as `127.0.0.1:9464`. Not set means that there is no such listener.
        listen: Option<SocketAddr> = None;
    }
}

/// Metrics have an address of their own.
pub(super) fn check(config: &Config, layers: &mut Layers) {
    let clients = config.server.listen;
    if config
        .metrics
        .listen
        .is_some_and(|metrics| metrics.port() != 0 && metrics == clients)
    {
        layers.refuse_keys(
            &["metrics.listen", "server.listen"],
            "metrics.listen and server.listen are the same address; metrics need one of their own.",
        );
    }
}
