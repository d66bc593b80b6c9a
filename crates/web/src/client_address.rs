//! The address of the client: the peer, or the address that a trusted proxy names (RFC 9700 section 4.17).

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;

use crate::peer::PeerAddress;

/// Says which peers are proxies whose `X-Forwarded-For` is believed.
#[derive(Clone)]
pub struct TrustedProxies(Arc<dyn Fn(IpAddr) -> bool + Send + Sync>);

impl TrustedProxies {
    /// Proxies for which the function says so.
    pub fn new(is_trusted: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_trusted))
    }

    /// No proxy at all.
    pub fn none() -> Self {
        Self::new(|_| false)
    }

    /// Returns true if a peer is such a proxy.
    pub(crate) fn trusts(&self, peer: Option<&PeerAddress>) -> bool {
        peer.is_some_and(|peer| (self.0)(peer.0.ip().to_canonical()))
    }

    /// The nearest address that is not a trusted proxy's, read from the right: anybody may have written what is further
    /// left.
    pub(crate) fn client_of(&self, peer: Option<&PeerAddress>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer?.0.ip().to_canonical();
        let lines = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok());
        let mut chain: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        while (self.0)(client) {
            match chain.pop().and_then(|address| address.parse::<IpAddr>().ok()) {
                Some(address) => client = address.to_canonical(),
                None => break,
            }
        }
        Some(client)
    }
}

impl std::fmt::Debug for TrustedProxies {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TrustedProxies")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies::new(|address| address.to_string().starts_with("10."));
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let peer = PeerAddress(format!("{peer}:1").parse().unwrap());
        proxies.client_of(Some(&peer), &headers).unwrap().to_string()
    }

    #[test]
    fn forwarded_addresses_are_taken_only_from_trusted_proxies() {
        assert_eq!(client("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn addresses_are_counted_from_the_right() {
        assert_eq!(
            client("10.0.0.1", &["6.6.6.6, 203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
        assert_eq!(client("10.0.0.1", &["6.6.6.6", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["garbage"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }
}
