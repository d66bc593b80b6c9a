//! From the configuration to requests that are sent to addresses of clients and to upstream providers.

use std::sync::Arc;

use pixie_outbound::{NetworkOutbound, OutboundSettings};
use pixie_provider::{Outbound, UpstreamKind, check_upstream};

use super::OpenError;
use crate::config::{Config, upstreams};

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

/// Fetches the configuration of each upstream provider, and gives their ids. Nothing is asked of GitHub, which has none.
///
/// # Errors
/// The first that does not answer, or that is not what the configuration says.
pub async fn check_upstreams(config: &Config) -> Result<Vec<String>, OpenError> {
    let upstreams = upstreams(&config.upstream)?;
    let network = network(config)?;
    let mut ids = Vec::new();
    for upstream in upstreams
        .iter()
        .filter(|one| matches!(one.kind, UpstreamKind::OpenId(_)))
    {
        let id = upstream.id.as_str().to_owned();
        match check_upstream(&*network, upstream).await {
            Ok(()) => ids.push(id),
            Err(cause) => {
                let issuer = upstream.issuer().to_owned();
                return Err(OpenError::Upstream { id, issuer, cause });
            }
        }
    }
    Ok(ids)
}
