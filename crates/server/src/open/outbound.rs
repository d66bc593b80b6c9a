//! From the configuration to requests that are sent to addresses of clients.

use std::sync::Arc;

use pixie_outbound::{NetworkOutbound, OutboundSettings};
use pixie_provider::Outbound;

use super::OpenError;
use crate::config::Config;

/// The network as `[outbound]` allows it.
///
/// # Errors
/// The bundle of authorities cannot be read any more.
pub(super) fn network(config: &Config) -> Result<Arc<dyn Outbound>, OpenError> {
    let outbound = &config.outbound;
    let ca_bundle = outbound.read_ca_bundle().map_err(|cause| OpenError::Setting {
        key: "outbound.ca_bundle",
        cause,
    })?;
    Ok(Arc::new(NetworkOutbound::new(OutboundSettings {
        allow: outbound.allow.clone(),
        ca_bundle,
        connect_timeout: outbound.connect_timeout,
        timeout: outbound.timeout,
        concurrent: outbound.max_requests,
    })))
}
