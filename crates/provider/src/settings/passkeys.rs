//! The domain that passkeys are bound to, and the sites that may use them (WebAuthn Level 3 sections 4 and 5.11).

use pixie_oauth::{Issuer, Origin};
use thiserror::Error;

/// The relying party of passkeys. Browsers accept a passkey for the domain that it was made for and for no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeySettings {
    relying_party_id: String,
    related_origins: Vec<Origin>,
}

/// Why people cannot have passkeys with these settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PasskeySettingsError {
    /// Plain http, and not `localhost`.
    #[error("browsers offer passkeys over https only, except on http://localhost")]
    Insecure,
    /// The host of the issuer is an IP address.
    #[error("passkeys need a domain name; {0} is an address")]
    Address(String),
    /// The id is no domain name.
    #[error("{0:?} is not a domain name such as \"example.com\"")]
    Domain(String),
    /// Pages of the issuer cannot use the id.
    #[error(
        "{id:?} is neither the host of the issuer nor a domain above it; if passkeys were made there before the issuer moved, list \
         {origin:?} among the related origins, and serve that list at https://{id}/.well-known/webauthn"
    )]
    OtherDomain {
        /// The id.
        id: String,
        /// The origin of the issuer.
        origin: String,
    },
}

impl PasskeySettings {
    /// The host of the issuer, and no other sites; `None` if browsers offer no passkeys there.
    pub fn of(issuer: &Issuer) -> Option<Self> {
        Self::new(issuer, None, Vec::new()).ok()
    }

    /// The relying party with this id, or if it is `None` with the host of the issuer.
    ///
    /// # Errors
    /// See [`PasskeySettingsError`].
    pub fn new(
        issuer: &Issuer,
        relying_party_id: Option<&str>,
        related_origins: Vec<Origin>,
    ) -> Result<Self, PasskeySettingsError> {
        let host = issuer.host();
        if is_address(host) {
            return Err(PasskeySettingsError::Address(host.to_owned()));
        }
        if !issuer.is_https() && host != "localhost" {
            return Err(PasskeySettingsError::Insecure);
        }
        let id = relying_party_id.unwrap_or(host);
        if !is_domain(id) || is_address(id) {
            return Err(PasskeySettingsError::Domain(id.to_owned()));
        }
        let own = Origin::parse(issuer.origin()).ok();
        let settings = Self {
            relying_party_id: id.to_owned(),
            related_origins,
        };
        if settings.is_above(host) || own.is_some_and(|own| settings.related_origins.contains(&own)) {
            return Ok(settings);
        }
        Err(PasskeySettingsError::OtherDomain {
            id: id.to_owned(),
            origin: issuer.origin().to_owned(),
        })
    }

    /// The domain that passkeys are made for (`rp.id`).
    pub fn relying_party_id(&self) -> &str {
        &self.relying_party_id
    }

    /// The other sites that may use these passkeys, which `/.well-known/webauthn` lists.
    pub fn related_origins(&self) -> &[Origin] {
        &self.related_origins
    }

    /// Returns `true` if the id is this host or a domain above it.
    pub(crate) fn is_above(&self, host: &str) -> bool {
        let below = host.strip_suffix(&self.relying_party_id);
        below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
    }
}

/// Browsers take a host whose last label is a number for an address (URL Standard section 3.5).
fn is_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    host.starts_with('[') || last.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        !label.is_empty() && label.bytes().all(plain)
    };
    text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: &str, id: Option<&str>, related: &[&str]) -> Result<String, PasskeySettingsError> {
        let issuer = Issuer::parse(issuer).unwrap();
        let related = related.iter().map(|one| Origin::parse(one).unwrap()).collect();
        PasskeySettings::new(&issuer, id, related).map(|settings| settings.relying_party_id)
    }

    #[test]
    fn the_id_is_the_host_of_the_issuer_or_a_domain_above_it() {
        for (issuer, id, expected) in [
            ("https://id.example.com/o", None, "id.example.com"),
            ("https://id.example.com:8443", None, "id.example.com"),
            ("https://id.example.com", Some("example.com"), "example.com"),
            ("http://localhost:8000/o", None, "localhost"),
            ("https://pixie", None, "pixie"),
        ] {
            assert_eq!(settings(issuer, id, &[]).as_deref(), Ok(expected), "{issuer}");
        }
        for id in ["ample.com", "example.org", "a.id.example.com"] {
            let refused = settings("https://id.example.com", Some(id), &[]);
            assert!(
                matches!(refused, Err(PasskeySettingsError::OtherDomain { .. })),
                "{id}"
            );
        }
        for id in [
            "",
            ".example.com",
            "Example.com",
            "https://example.com",
            "10.0.0.1",
        ] {
            let refused = settings("https://id.example.com", Some(id), &[]);
            assert_eq!(refused, Err(PasskeySettingsError::Domain(id.to_owned())), "{id}");
        }
    }

    #[test]
    fn an_issuer_that_has_moved_keeps_the_id_if_it_is_a_related_origin() {
        let related = ["https://id.example.org"];
        let kept = settings("https://id.example.org/o", Some("id.example.com"), &related);
        assert_eq!(kept.as_deref(), Ok("id.example.com"));
    }

    #[test]
    fn there_are_no_passkeys_without_https_or_a_domain_name() {
        use PasskeySettingsError::{Address, Insecure};
        for (issuer, expected) in [
            ("http://id.example.com", Insecure),
            ("http://127.0.0.1:8000", Address("127.0.0.1".into())),
            ("https://10.0.0.1", Address("10.0.0.1".into())),
            ("https://[::1]:8443", Address("[::1]".into())),
        ] {
            assert_eq!(settings(issuer, None, &[]), Err(expected), "{issuer}");
        }
    }
}
