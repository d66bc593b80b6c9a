//! The other providers at which people may sign in, as the operator has configured them.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

/// Characters of an upstream provider's id at most.
const MAX_ID: usize = 32;

/// An upstream provider: an OpenID provider, or GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The id: a part of the redirect URI `<issuer>/login/upstream/<id>/callback/`.
    pub id: UpstreamId,
    /// The name that people read on the button.
    pub name: String,
    /// The protocol, and the provider's address.
    pub kind: UpstreamKind,
    /// The `client_id` that the provider has given us.
    pub client_id: String,
    /// The secret that the provider has given us; `None` for a public client.
    pub client_secret: Option<UpstreamSecret>,
    /// The scopes that are requested.
    pub scopes: Vec<String>,
    /// The domains, in lower case, for whose e-mail addresses the provider is trusted: a person has an address if it says that it has verified it.
    /// `*` is every domain.
    pub trusted_for_domains: Vec<String>,
    /// `true` if somebody without an account gets one at the first sign-in.
    pub create_accounts: bool,
    /// The claims that are read.
    pub claims: UpstreamClaims,
    /// The provider's groups that count here, and the group that each of them means. People are put into the latter, and taken
    /// out of them, at each sign-in.
    pub groups: BTreeMap<String, String>,
    /// `true` if the methods that the provider says it used (`amr`) are repeated to applications.
    pub trust_amr: bool,
}

/// The protocol of an upstream provider, and its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpstreamKind {
    /// OpenID Connect, with discovery at this issuer.
    OpenId(UpstreamAddress),
    /// The OAuth of GitHub at this address, `https://github.com` or that of a GitHub Enterprise Server.
    GitHub(UpstreamAddress),
}

/// The claims of an upstream provider that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamClaims {
    /// The claim with the username for a new account.
    pub username: String,
    /// The claim with the name of a person.
    pub name: String,
    /// The claim with the e-mail address. It counts only if `email_verified` is true.
    pub email: String,
    /// The claim with the list of groups, if there is one.
    pub groups: Option<String>,
}

impl Default for UpstreamClaims {
    /// The standard claims, and no groups.
    fn default() -> Self {
        Self {
            username: "preferred_username".to_owned(),
            name: "name".to_owned(),
            email: "email".to_owned(),
            groups: None,
        }
    }
}

/// The id of an upstream provider: 1 to 32 lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamId(String);

/// The address of an upstream provider: its issuer, compared as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamAddress(String);

/// A secret that an upstream provider has given us. It does not show in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamSecret(Zeroizing<String>);

/// Why an upstream provider is not configured rightly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UpstreamSettingError {
    /// Not an id.
    #[error("must have 1 to 32 lower-case letters, digits and hyphens, such as \"google\"")]
    Id,
    /// Not an address.
    #[error(
        "must be an https address such as \"https://accounts.example.com\" without query and fragment; http is for this machine \
         (localhost, 127.0.0.1)"
    )]
    Address,
}

impl UpstreamId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`UpstreamSettingError::Id`].
    pub fn parse(text: &str) -> Result<Self, UpstreamSettingError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=MAX_ID).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UpstreamSettingError::Id)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UpstreamAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`UpstreamSettingError::Address`].
    pub fn parse(text: &str) -> Result<Self, UpstreamSettingError> {
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"?#@\\\"<>".contains(&byte));
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(UpstreamSettingError::Address),
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        };
        let loopback = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
        if plain && !host.is_empty() && (secure || loopback) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UpstreamSettingError::Address)
        }
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of something below, such as `/.well-known/openid-configuration`.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}{path}", self.0.trim_end_matches('/'))
    }

    /// Returns `true` if a URL has the same scheme, host and port.
    pub(crate) fn is_origin_of(&self, url: &str) -> bool {
        origin(url).is_some_and(|other| origin(&self.0) == Some(other))
    }
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> Option<&str> {
    let start = url.find("://")? + 3;
    let end = url[start..]
        .find(['/', '?', '#', '\\'])
        .map_or(url.len(), |at| start + at);
    Some(&url[..end])
}

impl UpstreamSecret {
    /// A secret.
    pub fn new(secret: Zeroizing<String>) -> Self {
        Self(secret)
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UpstreamSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl Upstream {
    /// The identifier of the provider for the accounts that are linked to it.
    pub fn issuer(&self) -> &str {
        let (UpstreamKind::OpenId(address) | UpstreamKind::GitHub(address)) = &self.kind;
        address.as_str()
    }

    /// Returns `true` if the provider is trusted for an e-mail address.
    pub(crate) fn is_trusted_for(&self, email: &str) -> bool {
        let domain = email
            .rsplit_once('@')
            .map(|(_, domain)| domain.to_ascii_lowercase());
        domain.is_some_and(|domain| {
            let mut trusted = self.trusted_for_domains.iter();
            trusted.any(|one| one == "*" || *one == domain)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_tls_or_is_on_this_machine() {
        for text in [
            "https://accounts.example.com",
            "https://tenant.example/",
            "https://login.example:8443/a1b2/v2.0",
            "http://localhost:9000/o",
            "http://127.0.0.1:9000",
            "http://[::1]:9000/o",
        ] {
            assert!(UpstreamAddress::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "accounts.example.com",
            "http://accounts.example.com",
            "http://localhost.example",
            "https://",
            "https:///path",
            "https://me@idp.example",
            "https://idp.example?tenant=a",
            "https://idp.example#a",
            "https://idp.example/a b",
            "ftp://idp.example",
        ] {
            assert_eq!(
                UpstreamAddress::parse(text),
                Err(UpstreamSettingError::Address),
                "{text}"
            );
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_that_looks_like_them() {
        let address = UpstreamAddress::parse("https://idp.example:8443/o").unwrap();
        assert!(address.is_origin_of("https://idp.example:8443/token"));
        assert!(address.is_origin_of("https://idp.example:8443"));
        for other in [
            "https://idp.example/token",
            "http://idp.example:8443/token",
            "https://idp.example:84430/token",
            "https://idp.example:8443.evil.example/",
            "https://idp.example:8443@evil.example/",
            "https://evil.example/https://idp.example:8443/",
        ] {
            assert!(!address.is_origin_of(other), "{other}");
        }
    }

    #[test]
    fn an_id_fits_into_a_path() {
        assert!(UpstreamId::parse("google-2").is_ok());
        for text in ["", "Google", "a/b", "a b", "ä", &"a".repeat(33)] {
            assert_eq!(UpstreamId::parse(text), Err(UpstreamSettingError::Id), "{text}");
        }
    }
}
