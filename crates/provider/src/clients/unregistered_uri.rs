//! An address to return to that a client has not registered, and the registered one that is nearest.

use std::fmt;

use pixie_oauth::{MAX_REDIRECT_URI, RedirectUri};

/// The characters of a value that came with a request which an error repeats at most.
const MAX_SHOWN: usize = 200;

/// A value of a request that an error repeats: not longer than a line, and without characters that control the text.
pub(crate) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let plain = characters.by_ref().take(MAX_SHOWN);
    let mut shown: String = plain
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// An address that a request names and the client has not registered. Its text is for the page: it names the nearest registered address
/// only if that has the host of the request, so that nobody learns hosts by asking. The log has it always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnregisteredUri {
    client: String,
    sent: String,
    ascii: bool,
    too_long: bool,
    nearest: Option<String>,
    /// The part that differs from the nearest, if both have one host.
    difference: Option<&'static str>,
}

impl UnregisteredUri {
    /// The address that the client `client` sent, compared with those that it has registered.
    pub fn new<'a>(client: &str, sent: &str, registered: impl IntoIterator<Item = &'a str>) -> Self {
        let host = host(sent);
        let alike = |uri: &&str| (self::host(uri) == host, common(uri, sent));
        let nearest = registered.into_iter().max_by_key(alike);
        Self {
            client: client.to_owned(),
            sent: shown(sent),
            ascii: sent.is_ascii(),
            too_long: sent.len() > MAX_REDIRECT_URI,
            difference: nearest
                .filter(|nearest| self::host(nearest) == host)
                .map(|nearest| difference(nearest, sent)),
            nearest: nearest.map(str::to_owned),
        }
    }

    /// The registered address that is nearest, for the log.
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

impl fmt::Display for UnregisteredUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} sent “{}”", self.client, self.sent)?;
        if self.sent.contains('*') {
            formatter.write_str(", and a request names one address, without a wildcard")?;
        } else if self.too_long {
            formatter.write_str(", and a redirect URI has 2000 characters at most")?;
        } else if !self.ascii {
            formatter.write_str(
                ", and an address is written in ASCII: the host with xn--, the rest percent-encoded",
            )?;
        }
        match (&self.nearest, self.difference) {
            (Some(nearest), Some(difference)) => {
                write!(formatter, "; registered is “{nearest}”: {difference} differs")
            }
            _ => Ok(()),
        }
    }
}

fn host(uri: &str) -> String {
    let uri = RedirectUri::from_stored(uri.to_owned());
    uri.host().to_ascii_lowercase()
}

/// The number of bytes that two addresses have in common at their beginnings and at their ends.
fn common(one: &str, other: &str) -> usize {
    let same = |(one, other): &(u8, u8)| one == other;
    let beginning = one.bytes().zip(other.bytes()).take_while(same).count();
    let end = one
        .bytes()
        .rev()
        .zip(other.bytes().rev())
        .take_while(same)
        .count();
    beginning + end
}

fn difference(registered: &str, sent: &str) -> &'static str {
    let without_scheme = |uri: &str| uri.split_once("://").map(|(_, rest)| rest.to_owned());
    let path = |uri: &str| {
        let rest = without_scheme(uri).unwrap_or_else(|| uri.to_owned());
        rest.find(['/', '?'])
            .map_or(String::new(), |at| rest[at..].to_owned())
    };
    if registered.trim_end_matches('/') == sent.trim_end_matches('/') {
        "the slash at the end"
    } else if registered.eq_ignore_ascii_case(sent) {
        "upper or lower case"
    } else if without_scheme(registered) == without_scheme(sent) {
        "the scheme"
    } else if path(registered) == path(sent) {
        "the port"
    } else if registered.split('?').next() == sent.split('?').next() {
        "the query"
    } else {
        "the path"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sent: &str) -> String {
        let registered = [
            "https://app.example/cb",
            "http://127.0.0.1:8001/cb",
            "https://other.example/",
        ];
        UnregisteredUri::new("app", sent, registered).to_string()
    }

    #[test]
    fn the_nearest_registered_address_of_the_same_host_is_named_with_what_differs() {
        for (sent, difference) in [
            ("https://app.example/cb/", "the slash at the end"),
            ("https://app.example/CB", "upper or lower case"),
            ("https://App.example/cb", "upper or lower case"),
            ("http://app.example/cb", "the scheme"),
            ("https://app.example:8443/cb", "the port"),
            ("https://app.example/cb?x=1", "the query"),
            ("https://app.example/callback", "the path"),
        ] {
            let expected =
                format!("app sent “{sent}”; registered is “https://app.example/cb”: {difference} differs");
            assert_eq!(text(sent), expected);
        }
        assert!(text("http://127.0.0.1:9000/cb").contains("“http://127.0.0.1:8001/cb”: the port differs"));
    }

    #[test]
    fn addresses_of_another_host_are_for_the_log_only() {
        let sent = "https://evil.example/cb";
        assert_eq!(text(sent), format!("app sent “{sent}”"));
        let uri = UnregisteredUri::new("app", sent, ["https://app.example/cb"]);
        assert_eq!(uri.nearest(), Some("https://app.example/cb"));
        assert_eq!(UnregisteredUri::new("app", sent, []).nearest(), None);
    }

    #[test]
    fn wildcards_and_other_scripts_are_explained() {
        assert!(text("https://*.app.example/cb").contains("without a wildcard"));
        assert!(text("https://bücher.example/cb").contains("the host with xn--"));
        let long = format!("https://app.example/{}", "a".repeat(3000));
        assert!(text(&long).contains("…”, and a redirect URI has 2000 characters at most; registered"));
        let cut = format!("https://app.example/{}", "a".repeat(300));
        assert!(text(&cut).contains("…”; registered"));
    }

    #[test]
    fn a_long_or_controlling_value_is_cut_and_cleaned() {
        assert_eq!(shown("a\n\u{1b}b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(shown(&"a".repeat(201)), format!("{}…", "a".repeat(200)));
    }
}
