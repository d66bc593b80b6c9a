//! The issuer identifier and the addresses that follow from it (RFC 8414 section 2 and section 3.1).

use std::fmt;
use std::net::IpAddr;

use thiserror::Error;

use crate::host::is_loopback;

/// The issuer identifier, compared as written. Every address of the server begins with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

/// Why a text cannot be an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// Neither `https://host…` nor `http://host…`, or characters that a URL does not have.
    #[error("an issuer is a URL such as https://auth.example.com/o")]
    Form,
    /// A query, a fragment or user information.
    #[error("an issuer has no query, no fragment and no user before the host (RFC 8414 section 2)")]
    Extra,
    /// A slash at the end: clients compare issuers byte for byte, so one spelling must do.
    #[error("write the issuer without a slash at its end")]
    TrailingSlash,
}

impl Issuer {
    /// Reads an issuer. Whether plain `http` is acceptable is for the configuration to say.
    ///
    /// # Errors
    /// See [`IssuerError`].
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(IssuerError::Form)?;
        if text.contains(['?', '#', '@']) {
            return Err(IssuerError::Extra);
        }
        if text.ends_with('/') {
            return Err(IssuerError::TrailingSlash);
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host_is_plain = authority
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase() || b"-.:[]_".contains(&byte));
        let path_is_plain = path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte))
            && !path.contains("//")
            && !path.split('/').any(|segment| segment == "." || segment == "..");
        if authority.is_empty() || authority.starts_with(':') || !host_is_plain || !path_is_plain {
            return Err(IssuerError::Form);
        }
        Ok(Self(text.to_owned()))
    }

    /// The issuer as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `scheme://host[:port]`.
    pub fn origin(&self) -> &str {
        &self.0[..self.0.len() - self.path().len()]
    }

    /// The path under which everything lives, `/o` or empty; never with a slash at its end.
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        match self.0[after_scheme..].find('/') {
            Some(at) => &self.0[after_scheme + at..],
            None => "",
        }
    }

    /// The address of something below the issuer, such as `token/`.
    pub fn endpoint(&self, below: &str) -> String {
        format!("{}/{below}", self.0)
    }

    /// Returns `true` if the scheme is `https`.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Returns `true` if the host is a loopback address: `localhost`, `127.0.0.0/8`, `[::1]`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Returns `true` if the host is a private address, or a name that no public name server resolves: one of a single label,
    /// such as a container's, or one below a reserved or customary private domain.
    pub fn is_private(&self) -> bool {
        const DOMAINS: [&str; 8] = [
            ".localhost",
            ".test",
            ".local",
            ".internal",
            ".lan",
            ".home",
            ".home.arpa",
            ".intranet",
        ];
        let host = self.host().trim_start_matches('[').trim_end_matches(']');
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => {
                let [first, second, ..] = address.octets();
                let shared = first == 100 && (64..128).contains(&second);
                address.is_private() || address.is_link_local() || shared
            }
            Ok(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
            // Browsers take a label of digits for an address.
            Err(_) if !host.contains('.') => host.starts_with(|first: char| first.is_ascii_alphabetic()),
            Err(_) => DOMAINS.iter().any(|domain| host.ends_with(domain)),
        }
    }

    /// The host, with the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        let origin = self.origin();
        let authority = origin.rsplit("://").next().unwrap_or(origin);
        match authority.find(']') {
            Some(end) => &authority[..=end],
            None => authority.split(':').next().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

crate::serde_as_str!(Issuer);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_from_the_issuer() {
        let issuer = Issuer::parse("http://localhost:8000/o").unwrap();
        assert_eq!(issuer.origin(), "http://localhost:8000");
        assert_eq!(issuer.path(), "/o");
        assert_eq!(issuer.endpoint("token/"), "http://localhost:8000/o/token/");
        assert!(issuer.is_loopback() && !issuer.is_https());

        let bare = Issuer::parse("https://auth.example.com").unwrap();
        assert_eq!((bare.origin(), bare.path()), ("https://auth.example.com", ""));
        assert!(!bare.is_loopback() && bare.is_https());
        assert!(Issuer::parse("http://[::1]:8000").unwrap().is_loopback());
        assert!(
            !Issuer::parse("http://localhost.evil.example")
                .unwrap()
                .is_loopback()
        );
    }

    #[test]
    fn private_names_and_addresses_are_told_from_public_ones() {
        for private in [
            "http://pixie:8000",
            "http://pixie/o",
            "http://pixie.local",
            "http://auth.dev.internal:8000/o",
            "http://pixie.test",
            "http://10.1.2.3",
            "http://172.16.0.1:8000",
            "http://192.168.1.10",
            "http://100.64.0.1",
            "http://169.254.1.1",
            "http://[fd00::1]:8000",
            "http://[fe80::1]",
        ] {
            assert!(Issuer::parse(private).unwrap().is_private(), "{private}");
        }
        for public in [
            "http://login.example.com",
            "http://pixie.dev",
            "http://local.example.com",
            "http://8.8.8.8",
            "http://172.32.0.1",
            "http://100.128.0.1",
            "http://2130706433",
            "http://10.1",
            "http://[2001:db8::1]",
        ] {
            assert!(!Issuer::parse(public).unwrap().is_private(), "{public}");
        }
    }

    #[test]
    fn what_clients_could_not_compare_is_refused() {
        for (text, error) in [
            ("auth.example.com", IssuerError::Form),
            ("ftp://a", IssuerError::Form),
            ("https://", IssuerError::TrailingSlash),
            ("https://:8000", IssuerError::Form),
            ("https://A.example", IssuerError::Form),
            ("https://a.example//o", IssuerError::Form),
            ("https://a.example/../o", IssuerError::Form),
            ("https://a.example/o/", IssuerError::TrailingSlash),
            ("https://a.example/o?x", IssuerError::Extra),
            ("https://a.example/o#x", IssuerError::Extra),
            ("https://u@a.example", IssuerError::Extra),
        ] {
            assert_eq!(Issuer::parse(text), Err(error), "{text}");
        }
    }
}
