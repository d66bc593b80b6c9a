//! An address or a range of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use toml::Value;

use super::setting::{Setting, must_be};

/// One address, or all that share its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    prefix: u8,
}

impl AddressRange {
    /// `true` if the address lies in the range. An IPv4 address that arrives as IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && first_of(address, self.prefix) == self.first
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == address_bits(self.first) {
            write!(formatter, "{}", self.first)
        } else {
            write!(formatter, "{}/{}", self.first, self.prefix)
        }
    }
}

impl FromStr for AddressRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| must_be::<Self>())?;
        let prefix = match prefix {
            None => address_bits(address),
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|bits| *bits <= address_bits(address))
                .ok_or_else(must_be::<Self>)?,
        };
        let range = Self {
            first: first_of(address, prefix),
            prefix,
        };
        if range.first == address {
            Ok(range)
        } else {
            Err(format!(
                "names {text}, which has address bits after its prefix; write {range}"
            ))
        }
    }
}

impl Setting for AddressRange {
    fn form() -> String {
        "an address or range such as \"10.0.0.7\" or \"10.0.0.0/8\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        value.as_str().ok_or_else(must_be::<Self>)?.parse()
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

fn address_bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn first_of(address: IpAddr, prefix: u8) -> IpAddr {
    let cut = u32::from(address_bits(address) - prefix);
    match address {
        IpAddr::V4(address) => {
            IpAddr::V4((address.to_bits() & u32::MAX.checked_shl(cut).unwrap_or(0)).into())
        }
        IpAddr::V6(address) => {
            IpAddr::V6((address.to_bits() & u128::MAX.checked_shl(cut).unwrap_or(0)).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_contains_what_shares_its_prefix() {
        let contains = |range: &str, address: &str| {
            range
                .parse::<AddressRange>()
                .unwrap()
                .contains(address.parse().unwrap())
        };
        assert!(contains("10.0.0.0/8", "10.255.1.2"));
        assert!(!contains("10.0.0.0/8", "11.0.0.0"));
        assert!(contains("10.0.0.7", "::ffff:10.0.0.7"));
        assert!(!contains("10.0.0.7", "10.0.0.8"));
        assert!(contains("0.0.0.0/0", "203.0.113.9"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(contains("::/0", "2001:db8::1"));
    }

    #[test]
    fn a_wrong_range_is_refused() {
        let complaint = |text: &str| text.parse::<AddressRange>().unwrap_err();
        insta::assert_snapshot!(
            complaint("10.0.0.1/8"),
            @"names 10.0.0.1/8, which has address bits after its prefix; write 10.0.0.0/8"
        );
        for wrong in ["proxy.internal", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", ""] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(
                    complaint(wrong),
                    @r#"must be an address or range such as "10.0.0.7" or "10.0.0.0/8""#
                );
            }
        }
    }
}
