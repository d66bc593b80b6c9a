//! The address of the peer at the other end of the connection.

use std::net::SocketAddr;

/// The peer of the connection on which a request arrived. The code that accepts connections puts it into the extensions of
/// the request. It may be a proxy. An IPv4 peer is an IPv4 address, also on a socket that serves both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);
