//! Addresses that the operator allows in addition to public ones: hosts, hosts with a port, ranges of addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Host;

use crate::address::is_public;

/// A host or network that is allowed although it is not public, also without TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// A host by its name or address as a URL writes it, on one port or on all; wherever the name leads.
    Host {
        /// The host, without a dot at the end.
        host: Host<String>,
        /// The port, or nothing for all.
        port: Option<u16>,
    },
    /// The addresses that share a prefix (RFC 4632). A name that leads to them may be asked with TLS, an address that lies
    /// in them also without.
    Range(IpNet),
}

/// The text names no host and no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AllowedError {
    /// Neither a host nor a range.
    #[error(
        "must be a host, an address or a range such as \"rp.internal\", \"rp.internal:8443\" or \"10.0.0.0/8\""
    )]
    Form,
    /// A range with bits set after its prefix: one of the two is a slip.
    #[error("names {written}, which has address bits after its prefix; write {range}")]
    BitsAfterPrefix {
        /// The network as it was written.
        written: IpNet,
        /// The range that it lies in.
        range: IpNet,
    },
}

impl FromStr for Allowed {
    type Err = AllowedError;

    fn from_str(text: &str) -> Result<Self, AllowedError> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Range(address.into()));
        }
        if let Ok(written) = text.parse::<IpNet>() {
            let range = written.trunc();
            return if range == written {
                Ok(Self::Range(range))
            } else {
                Err(AllowedError::BitsAfterPrefix { written, range })
            };
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, digits)) if !digits.ends_with(']') => {
                let port = digits.parse().ok().filter(|port| *port != 0);
                (host, Some(port.ok_or(AllowedError::Form)?))
            }
            _ => (text, None),
        };
        let host = Host::parse(host).map_err(|_| AllowedError::Form)?;
        match without_last_dot(host) {
            Host::Domain(name) if !is_name(&name) => Err(AllowedError::Form),
            host => Ok(Self::Host { host, port }),
        }
    }
}

/// Letters, digits, `-` and `_` between single dots: what a resolver and a certificate read alike.
pub(crate) fn is_name(name: &str) -> bool {
    let is_of_a_label = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    name.split('.')
        .all(|label| !label.is_empty() && label.bytes().all(is_of_a_label))
}

/// `rp.internal.` and `rp.internal` are one name (RFC 1034 §3.1).
pub(crate) fn without_last_dot(host: Host<String>) -> Host<String> {
    match host {
        Host::Domain(name) => Host::Domain(name.strip_suffix('.').unwrap_or(&name).to_owned()),
        address => address,
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host { host, port: None } => write!(formatter, "{host}"),
            Self::Host {
                host,
                port: Some(port),
            } => write!(formatter, "{host}:{port}"),
            Self::Range(range) if range.prefix_len() == range.max_prefix_len() => {
                write!(formatter, "{}", range.addr())
            }
            Self::Range(range) => write!(formatter, "{range}"),
        }
    }
}

/// All that is allowed beyond public addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowList(Vec<Allowed>);

impl AllowList {
    pub(crate) fn new(allowed: Vec<Allowed>) -> Self {
        Self(allowed)
    }

    /// Returns `true` if the host in the URL is listed by name or address. The addresses that the name resolves to are not
    /// compared.
    pub(crate) fn lists(&self, requested: &Host<String>, requested_port: u16) -> bool {
        let literal = match requested {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(*address)),
            Host::Ipv6(address) => Some(IpAddr::V6(*address)),
        };
        self.0.iter().any(|allowed| match allowed {
            Allowed::Host { host, port } => {
                host == requested && port.is_none_or(|port| port == requested_port)
            }
            Allowed::Range(range) => literal.is_some_and(|address| range.contains(&address.to_canonical())),
        })
    }

    /// Returns `true` if a connection to this address is allowed for a host that is not listed.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        let in_range = |allowed: &Allowed| matches!(allowed, Allowed::Range(range) if range.contains(&address.to_canonical()));
        is_public(address) || self.0.iter().any(in_range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(allowed: &[&str]) -> AllowList {
        AllowList::new(allowed.iter().map(|text| text.parse().unwrap()).collect())
    }

    fn lists(allowed: &str, host: &str, port: u16) -> bool {
        list(&[allowed]).lists(&Host::parse(host).unwrap(), port)
    }

    #[test]
    fn a_listed_host_is_that_host_only() {
        assert!(lists("rp.internal", "rp.internal", 443));
        assert!(lists("rp.internal", "RP.internal", 8443));
        assert!(lists("rp.internal.", "rp.internal", 443));
        assert!(!lists("rp.internal", "other.rp.internal", 443));
        assert!(!lists("rp.internal", "rp.internal.evil.example", 443));
        assert!(!lists("rp.internal", "xrp.internal", 443));
    }

    #[test]
    fn a_listed_port_is_that_port_only() {
        assert!(lists("rp.internal:8443", "rp.internal", 8443));
        assert!(!lists("rp.internal:8443", "rp.internal", 443));
        assert!(lists("rp.internal:443", "rp.internal", 443));
        assert!(!lists("rp.internal:443", "rp.internal", 8443));
        assert!(lists("127.0.0.1:9000", "127.0.0.1", 9000));
        assert!(!lists("127.0.0.1:9000", "127.0.0.1", 9001));
        assert!(lists("[::1]:9000", "[::1]", 9000));
        assert!(!lists("[::1]:9000", "[::1]", 443));
    }

    #[test]
    fn a_listed_range_lists_the_addresses_in_it_and_permits_names_that_lead_there() {
        assert!(lists("10.0.0.0/8", "10.1.2.3", 443));
        assert!(lists("10.0.0.0/8", "[::ffff:10.1.2.3]", 443));
        assert!(!lists("10.0.0.0/8", "11.1.2.3", 443));
        assert!(!lists("10.0.0.0/8", "10.example", 443));
        assert!(list(&["10.0.0.0/8"]).permits("10.1.2.3".parse().unwrap()));
        assert!(!list(&["10.0.0.0/8"]).permits("192.168.0.1".parse().unwrap()));
        assert!(list(&["::1"]).permits("::1".parse().unwrap()));
        assert!(!list(&["0.0.0.0/0"]).permits("::1".parse().unwrap()));
    }

    #[test]
    fn a_listed_host_permits_no_address_by_itself() {
        assert!(!list(&["rp.internal", "10.0.0.1:443"]).permits("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_allowed_is_written_as_it_is_read() {
        for text in [
            "rp.internal",
            "rp.internal:8443",
            "10.0.0.7",
            "10.0.0.0/8",
            "10.0.0.7:80",
            "fd00::/8",
            "[::1]:443",
        ] {
            assert_eq!(text.parse::<Allowed>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_names_no_host_and_no_range_is_refused() {
        for text in [
            "",
            ".",
            "*",
            "*.internal",
            "https://rp.internal",
            "rp.internal/jwks",
            "rp.internal:",
            "rp.internal:0",
            "rp.internal:65536",
            "me@rp.internal",
            "10.0.0.0/33",
            "rp internal",
        ] {
            assert_eq!(text.parse::<Allowed>(), Err(AllowedError::Form), "{text}");
        }
        insta::assert_snapshot!(
            "10.0.0.1/8".parse::<Allowed>().unwrap_err(),
            @"names 10.0.0.1/8, which has address bits after its prefix; write 10.0.0.0/8"
        );
    }
}
