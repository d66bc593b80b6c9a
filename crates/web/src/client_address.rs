//! The address of the client: the peer, or the address that a trusted proxy names (RFC 9700 section 4.17).

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use http::HeaderMap;

use crate::forwarded::{ForwardedHeader, printable};
use crate::peer::PeerAddress;

/// The peers that are proxies, and the header in which they name the client.
#[derive(Clone)]
pub struct TrustedProxies(Arc<Parts>);

struct Parts {
    is_trusted: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
    header: ForwardedHeader,
    /// `true` for each [`ForwardingError`] that is in the log.
    logged: [AtomicBool; 4],
}

/// An error in the configuration of Pixie or of a proxy, by which everybody behind the proxy counts as one address.
#[derive(Clone, Copy)]
enum ForwardingError {
    UnlistedProxy,
    UnlistedSecondProxy,
    NoHeader,
    Unreadable,
}

impl TrustedProxies {
    /// Proxies for which the function says so.
    pub fn new(header: ForwardedHeader, is_trusted: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(Parts {
            is_trusted: Box::new(is_trusted),
            header,
            logged: Default::default(),
        }))
    }

    /// No proxy at all.
    pub fn none() -> Self {
        Self::new(ForwardedHeader::default(), |_| false)
    }

    /// Returns true if a peer is such a proxy.
    pub(crate) fn trusts(&self, peer: Option<&PeerAddress>) -> bool {
        peer.is_some_and(|peer| self.is_trusted(peer.0.ip().to_canonical()))
    }

    /// The nearest address that is not a trusted proxy's. What cannot be read ends the search.
    pub(crate) fn client_of(&self, peer: Option<&PeerAddress>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.0.ip().to_canonical();
        if !self.is_trusted(peer) {
            self.log_unlisted_proxy(peer, headers);
            return Some(peer);
        }
        let mut client = peer;
        let mut addresses = self.0.header.addresses(headers);
        while self.is_trusted(client) {
            match addresses.next() {
                Some(Some(address)) => client = address,
                Some(None) => {
                    self.log_unreadable(client, headers);
                    return Some(client);
                }
                None => break,
            }
        }
        if client == peer && !self.0.header.is_in(headers) {
            self.log_no_header(peer, headers);
        } else if is_private(client) && !self.is_trusted(client) && addresses.next().is_some() {
            self.log_second_proxy(client);
        }
        Some(client)
    }

    /// The header in which they name the client.
    pub(crate) fn header(&self) -> &ForwardedHeader {
        &self.0.header
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        (self.0.is_trusted)(address)
    }

    /// Returns true the first time.
    fn is_new(&self, mistake: ForwardingError) -> bool {
        let logged = &self.0.logged[mistake as usize];
        !logged.load(Relaxed) && !logged.swap(true, Relaxed)
    }

    fn log_unlisted_proxy(&self, peer: IpAddr, headers: &HeaderMap) {
        if let Some(header) = self.0.header.any_in(headers)
            && self.is_new(ForwardingError::UnlistedProxy)
        {
            tracing::warn!(
                %peer,
                %header,
                "a request names another client than its peer, which is not in server.trusted_proxies: if the peer is your proxy, \
                 everybody behind it counts as one address, and after a hundred wrong passwords nobody new can sign in; add its \
                 address to server.trusted_proxies"
            );
        }
    }

    fn log_second_proxy(&self, client: IpAddr) {
        if self.is_new(ForwardingError::UnlistedSecondProxy) {
            tracing::warn!(
                %client,
                header = %self.0.header.name(),
                "a request came through a second proxy, which is not in server.trusted_proxies: everybody behind it counts as one \
                 address; add its address to server.trusted_proxies"
            );
        }
    }

    fn log_no_header(&self, peer: IpAddr, headers: &HeaderMap) {
        if self.is_new(ForwardingError::NoHeader) {
            let sent = self.0.header.any_in(headers).map(tracing::field::display);
            tracing::warn!(
                %peer,
                expected = %self.0.header.name(),
                sent,
                "a trusted proxy does not name the client: everybody behind it counts as one address; let the proxy set the \
                 header, or name the one that it sets in server.forwarded_header"
            );
        }
    }

    fn log_unreadable(&self, peer: IpAddr, headers: &HeaderMap) {
        if self.is_new(ForwardingError::Unreadable) {
            let header = self.0.header.name();
            tracing::warn!(
                %peer,
                %header,
                value = printable(headers.get(header)),
                "a trusted proxy names a client by something else than an address: such requests count as the proxy's own"
            );
        }
    }
}

/// An address that no client on the internet has.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_unique_local() || address.is_loopback() || address.is_unicast_link_local()
        }
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
        let proxies = TrustedProxies::new(ForwardedHeader::default(), |address| {
            address.to_string().starts_with("10.")
        });
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
        assert_eq!(client("10.0.0.1", &["6.6.6.6, unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client("10.0.0.1", &["garbage"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn each_error_is_logged_once() {
        let proxies = TrustedProxies::none();
        assert!(proxies.is_new(ForwardingError::UnlistedProxy));
        assert!(!proxies.clone().is_new(ForwardingError::UnlistedProxy));
        assert!(proxies.is_new(ForwardingError::Unreadable));
    }
}
