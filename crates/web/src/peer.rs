//! The address of the peer at the other end of the connection.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::Extensions;

/// The peer of the connection on which a request arrived. It may be a proxy. The listener puts it into the extensions of the
/// request, as this or as axum's [`ConnectInfo`]. An IPv4 peer is an IPv4 address, also on a socket that serves both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

impl PeerAddress {
    /// The peer of a request, if the listener gives it.
    pub(crate) fn of(extensions: &Extensions) -> Option<Self> {
        let given = extensions.get::<Self>().copied();
        given.or_else(|| {
            let ConnectInfo(address) = extensions.get::<ConnectInfo<SocketAddr>>()?;
            Some(Self(SocketAddr::new(address.ip().to_canonical(), address.port())))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peer_that_axum_gives_is_known_and_an_ipv4_peer_is_an_ipv4_address() {
        let mut extensions = Extensions::new();
        assert_eq!(PeerAddress::of(&extensions), None);
        let mapped: SocketAddr = "[::ffff:192.0.2.1]:50000".parse().unwrap();
        extensions.insert(ConnectInfo(mapped));
        let peer = PeerAddress("192.0.2.1:50000".parse().unwrap());
        assert_eq!(PeerAddress::of(&extensions), Some(peer));
    }
}
