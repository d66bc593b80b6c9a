//! From a host to addresses that were all checked: the only way to something that can be connected to.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use pixie_provider::OutboundError;
use tokio::sync::Semaphore;
use url::Host;

use crate::allowed::AllowList;
use crate::target::Target;

/// Finds the addresses of a name.
#[async_trait]
pub(crate) trait Names: Send + Sync + 'static {
    /// All addresses of the name, the ones to try first first.
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The names as the machine knows them: its hosts file, its name servers.
pub(crate) struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0))
            .await?
            .map(|address| address.ip())
            .collect())
    }
}

/// The addresses to connect to. Each was checked.
#[derive(Debug)]
pub(crate) struct Checked(Vec<SocketAddr>);

impl Checked {
    /// The addresses, at least one.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.0
    }
}

/// Resolves hosts and checks what comes back.
pub(crate) struct Resolver {
    names: Arc<dyn Names>,
    /// Held until the system has really answered, which it may do long after the request gave up: strangers with slow name
    /// servers must not pile up threads.
    lookups: Arc<Semaphore>,
}

impl Resolver {
    pub(crate) fn new(names: Arc<dyn Names>, concurrent: usize) -> Self {
        Self {
            names,
            lookups: Arc::new(Semaphore::new(concurrent)),
        }
    }

    /// The addresses of the host. One forbidden address among them forbids the host: which of them would be connected to is
    /// the stranger's choice.
    pub(crate) async fn resolve(&self, target: &Target, allow: &AllowList) -> Result<Checked, OutboundError> {
        let found = match &target.host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.lookup(name.clone()).await?,
        };
        if let Some(forbidden) = found
            .iter()
            .find(|address| !target.listed && !allow.permits(**address))
        {
            tracing::info!(
                host = target.authority,
                address = %forbidden,
                "the host is not asked: its address is not public, and neither is listed as allowed"
            );
            return Err(OutboundError::ForbiddenAddress);
        }
        let addresses: Vec<_> = found
            .into_iter()
            .map(|address| SocketAddr::new(address, target.port))
            .collect();
        if addresses.is_empty() {
            Err(OutboundError::Unresolvable)
        } else {
            Ok(Checked(addresses))
        }
    }

    async fn lookup(&self, name: String) -> Result<Vec<IpAddr>, OutboundError> {
        let lookups = Arc::clone(&self.lookups);
        let permit = lookups.acquire_owned().await.map_err(|_| OutboundError::Busy)?;
        let names = Arc::clone(&self.names);
        let lookup = tokio::spawn(async move {
            let found = names.lookup(&name).await;
            drop(permit);
            found
        });
        match lookup.await {
            Ok(Ok(found)) => Ok(found),
            _ => Err(OutboundError::Unresolvable),
        }
    }
}
