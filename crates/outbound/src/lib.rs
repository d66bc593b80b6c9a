//! Requests to addresses that strangers name (OpenID Connect Core §6.2 and §8.1, RFC 7591 §2, Back-Channel Logout §2.5), and to
//! upstream providers, over the network.
//!
//! [`NetworkOutbound`] is `pixie_provider::Outbound` for a running server. It resolves the name of the host once, looks at
//! every address that comes back, and connects to exactly those: a name that answers with a public address first and an
//! inner one later finds nobody who asks twice. Addresses that are not public are refused unless [`Allowed`] names them.
//! Time, size and number of requests are bounded; redirects are not followed; no proxy is taken from the environment.
//!
//! ```
//! use pixie_outbound::{NetworkOutbound, OutboundSettings};
//!
//! let outbound = NetworkOutbound::new(OutboundSettings {
//!     allow: vec!["rp.internal:8443".parse()?],
//!     ..OutboundSettings::default()
//! });
//! # Ok::<_, pixie_outbound::AllowedError>(())
//! ```

mod address;
mod allowed;
mod connect;
mod exchange;
mod freshness;
mod network;
mod resolve;
mod target;
#[cfg(test)]
mod tests;
mod tls;

pub use address::is_public;
pub use allowed::{Allowed, AllowedError};
pub use network::{NetworkOutbound, OutboundSettings};
pub use tls::{CaBundle, CaBundleError};
