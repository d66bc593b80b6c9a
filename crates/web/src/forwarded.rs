//! The headers in which proxies name the client, read from the right: anybody may have written what is further left.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static FORWARDED: HeaderName = http::header::FORWARDED;
static X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// The header in which a trusted proxy names the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: a list, to which each proxy adds the address of its peer.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239): the same, with names and quotes.
    Forwarded,
    /// A header with one address, such as `X-Real-IP`.
    Address(HeaderName),
}

impl ForwardedHeader {
    /// The name of the header.
    #[must_use]
    pub fn name(&self) -> &HeaderName {
        match self {
            Self::XForwardedFor => &X_FORWARDED_FOR,
            Self::Forwarded => &FORWARDED,
            Self::Address(name) => name,
        }
    }

    /// Returns true if the request has this header.
    pub(crate) fn is_in(&self, headers: &HeaderMap) -> bool {
        headers.contains_key(self.name())
    }

    /// The name of a header by which proxies name clients, if the request has one.
    pub(crate) fn any_in(&self, headers: &HeaderMap) -> Option<&HeaderName> {
        let names = [self.name(), &X_FORWARDED_FOR, &FORWARDED, &X_REAL_IP];
        names.into_iter().find(|name| headers.contains_key(*name))
    }

    /// Returns true if proxies name clients, hosts or schemes in a header of this name.
    pub(crate) fn is_of_proxies(&self, name: &HeaderName) -> bool {
        let known = [self.name(), &FORWARDED, &X_REAL_IP];
        known.contains(&name) || name.as_str().starts_with("x-forwarded-")
    }

    /// The addresses that the header names, the nearest first; none for one that cannot be read.
    pub(crate) fn addresses<'a>(
        &'a self,
        headers: &'a HeaderMap,
    ) -> impl Iterator<Item = Option<IpAddr>> + 'a {
        let lines = headers.get_all(self.name()).iter().rev();
        let elements = lines.flat_map(|line| Elements(line.as_bytes(), b','));
        let written = elements.filter(|element| !element.is_empty());
        written.map(|element| match self {
            Self::Forwarded => node(element),
            Self::XForwardedFor | Self::Address(_) => address(element),
        })
    }
}

impl FromStr for ForwardedHeader {
    type Err = http::header::InvalidHeaderName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let name: HeaderName = name.parse()?;
        Ok(if name == X_FORWARDED_FOR {
            Self::XForwardedFor
        } else if name == FORWARDED {
            Self::Forwarded
        } else {
            Self::Address(name)
        })
    }
}

/// The elements of a list, from the right. A separator in quotes separates nothing.
struct Elements<'a>(&'a [u8], u8);

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let Self(rest, separator) = *self;
        if rest.is_empty() {
            return None;
        }
        let mut quoted = false;
        let end = rest.iter().rposition(|byte| {
            quoted ^= *byte == b'"';
            *byte == separator && !quoted
        });
        let (before, element) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (&rest[..0], rest),
        };
        self.0 = before;
        Some(element.trim_ascii())
    }
}

/// The address of an element of `Forwarded` (RFC 7239 section 4): that of its one `for`.
fn node(element: &[u8]) -> Option<IpAddr> {
    let pairs = Elements(element, b';');
    let mut nodes = pairs.filter_map(|pair| {
        let (name, value) = pair.split_at(pair.iter().position(|byte| *byte == b'=')?);
        name.trim_ascii()
            .eq_ignore_ascii_case(b"for")
            .then_some(&value[1..])
    });
    match (nodes.next(), nodes.next()) {
        (Some(node), None) => address(node.trim_ascii()),
        _ => None,
    }
}

/// An address in the forms in use: with or without a port, brackets, quotes and zone.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?;
    let text = match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => text,
    };
    let whole = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || {
        let (address, port) = text.strip_prefix('[')?.split_once(']')?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        let address = address.split('%').next()?;
        address.parse().ok().filter(|_| is_port).map(IpAddr::V6)
    };
    let with_zone = || text.split_once('%')?.0.parse().ok().map(IpAddr::V6);
    // Some proxies write neither brackets nor the short form.
    let without_brackets = || {
        let (address, port) = text.rsplit_once(':')?;
        address.parse().ok().filter(|_| is_port(port))
    };
    let address = whole()
        .or_else(with_port)
        .or_else(in_brackets)
        .or_else(with_zone)
        .or_else(without_brackets);
    address.map(|address| address.to_canonical())
}

/// RFC 7239 section 6.3: a number, or a name that hides it. Some proxies leave it out after the colon.
fn is_port(port: &str) -> bool {
    let hidden = port.strip_prefix('_');
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    port.is_empty() || port.parse::<u16>().is_ok() || hidden.is_some_and(is_name)
}

/// The value of a header for the log: short, and printable.
pub(crate) fn printable(value: Option<&HeaderValue>) -> String {
    const MAX_PRINTED: usize = 100;
    let bytes = value.map_or(&b""[..], HeaderValue::as_bytes);
    let text = String::from_utf8_lossy(bytes);
    text.escape_debug().take(MAX_PRINTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(header: &str, lines: &[&str]) -> Vec<String> {
        let header: ForwardedHeader = header.parse().unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header.name(), HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let addresses = header.addresses(&headers);
        addresses
            .map(|address| address.map_or_else(|| "?".to_owned(), |address| address.to_string()))
            .collect()
    }

    #[test]
    fn an_address_is_read_in_every_form_in_use() {
        for (written, read) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:51234", "203.0.113.7"),
            ("203.0.113.7:", "203.0.113.7"),
            ("[2001:db8::7]:", "2001:db8::7"),
            (" 203.0.113.7 ", "203.0.113.7"),
            ("\"203.0.113.7:51234\"", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("2001:DB8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:51234", "2001:db8::7"),
            ("\"[2001:db8::7]:51234\"", "2001:db8::7"),
            ("2001:db8:0:0:0:0:0:7:51234", "2001:db8::7"),
            ("fe80::7%eth0", "fe80::7"),
            ("[fe80::7%eth0]:51234", "fe80::7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[::ffff:203.0.113.7]:51234", "203.0.113.7"),
        ] {
            assert_eq!(named("x-forwarded-for", &[written]), [read], "{written}");
            assert_eq!(named("X-Real-IP", &[written]), [read], "{written}");
        }
        for unreadable in [
            "unknown",
            "_hidden",
            "garbage",
            "203.0.113.7:port",
            "203.0.113.7:99999",
            "[2001:db8::7",
            "ü",
            "203.0.113",
            "for=203.0.113.7",
        ] {
            assert_eq!(named("x-forwarded-for", &[unreadable]), ["?"], "{unreadable}");
        }
    }

    #[test]
    fn a_list_is_read_from_the_right_over_all_its_lines() {
        assert_eq!(
            named("x-forwarded-for", &["6.6.6.6, ü,203.0.113.9:1", "10.0.0.2,, "]),
            ["10.0.0.2", "203.0.113.9", "?", "6.6.6.6"]
        );
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (written, read) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            (
                "proto=https; For = \"[2001:db8:cafe::17]:4711\" ;host=a",
                "2001:db8:cafe::17",
            ),
            ("for=\"192.0.2.60:_hidden\";host=\"a,b;c\"", "192.0.2.60"),
            ("for=unknown", "?"),
            ("for=_secret", "?"),
            ("proto=https", "?"),
            ("for=192.0.2.60;for=192.0.2.61", "?"),
        ] {
            assert_eq!(named("Forwarded", &[written]), [read], "{written}");
        }
        assert_eq!(
            named("forwarded", &["for=192.0.2.43, for=198.51.100.17;by=10.0.0.1"]),
            ["198.51.100.17", "192.0.2.43"]
        );
    }

    /// A sender further left can open a quote, but not hide what the proxy has added.
    #[test]
    fn an_open_quote_hides_nothing_to_its_right() {
        assert_eq!(
            named("forwarded", &["for=\"6.6.6.6, for=203.0.113.9"])[0],
            "203.0.113.9"
        );
    }
}
