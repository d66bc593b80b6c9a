//! Hosts in URIs, as they are written (RFC 3986 section 3.2.2).

use std::net::{Ipv4Addr, Ipv6Addr};

/// Returns `true` for a name, an IPv4 address in four decimal numbers, or an IPv6 address in brackets. Other spellings of an IPv4 address
/// that browsers take (`127.1`, `0x7f000001`) are refused: who compares hosts as they are written would not know them.
pub(crate) fn is_host(host: &str) -> bool {
    match ipv6(host) {
        Some(address) => address.is_some(),
        None => {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            let ipv4 = || host.parse::<Ipv4Addr>().is_ok();
            !host.is_empty() && host.bytes().all(known) && (!ends_in_a_number(host) || ipv4())
        }
    }
}

/// Returns `true` for a port that a connection can have.
pub(crate) fn is_port(port: &str) -> bool {
    !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok_and(|port| port != 0)
}

/// Returns `true` for the loopback hosts as RFC 8252 section 7.3 writes them. Plain http is allowed to them.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host == "[::1]"
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Returns `true` if a browser looks for this host on its own device, however it is spelled: any program there may answer.
pub(crate) fn is_on_device(host: &str) -> bool {
    let ipv4 = |address: Ipv4Addr| address.is_loopback() || address.octets()[0] == 0;
    if let Some(address) = ipv6(host) {
        return address.is_some_and(|address| {
            address.is_loopback() || address.is_unspecified() || address.to_ipv4_mapped().is_some_and(ipv4)
        });
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
        || name.eq_ignore_ascii_case("localhost.localdomain")
        || name.parse::<Ipv4Addr>().is_ok_and(ipv4)
}

/// The address in brackets, if it is one; `None` without brackets.
fn ipv6(host: &str) -> Option<Option<Ipv6Addr>> {
    let inner = host.strip_prefix('[')?;
    Some(inner.strip_suffix(']').and_then(|address| address.parse().ok()))
}

/// Browsers read a host as an IPv4 address if its last label is a number, decimal, octal or hexadecimal (URL Standard, "ends in a number").
fn ends_in_a_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    decimal || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_browsers_read_in_another_way_than_it_is_written_is_no_host() {
        for host in [
            "127.1",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.01",
            "1.2.3.4.5",
            "300.1.1.1",
            "127.0.0.1.",
            "app.0x",
            "[::1",
            "[127.0.0.1]",
            "[::1%25eth0]",
            "",
            "a b",
            "bücher.example",
        ] {
            assert!(!is_host(host), "{host}");
        }
        for host in [
            "127.0.0.1",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "app.example",
            "app.example.",
            "4u.example",
            "1.2.3.4.example",
            "0xcafe.example",
            "my_app",
            "localhost",
        ] {
            assert!(is_host(host), "{host}");
        }
    }

    #[test]
    fn a_host_on_the_persons_device_is_known_in_every_spelling() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "app.localhost",
            "App.Localhost.",
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
        ] {
            assert!(is_on_device(host), "{host}");
        }
        for host in [
            "localhost.example",
            "mylocalhost",
            "128.0.0.1",
            "10.0.0.1",
            "[::2]",
            "[::ffff:10.0.0.1]",
            "127.0.0.1.example",
            "",
        ] {
            assert!(!is_on_device(host), "{host}");
        }
    }

    #[test]
    fn a_port_is_a_number_from_1_to_65535() {
        for port in ["1", "443", "65535"] {
            assert!(is_port(port), "{port}");
        }
        for port in ["", "0", "65536", "99999", "+1", "8o"] {
            assert!(!is_port(port), "{port}");
        }
    }
}
