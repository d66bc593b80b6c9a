//! `[passkeys]`: the domain that passkeys are made for.

use pixie_oauth::{Issuer, Origin};
use pixie_provider::PasskeySettings;

use super::Config;
use super::key::section;
use super::layers::Layers;

section! {
    /// Passkeys, with which people sign in by the fingerprint, the face or the PIN of their device (see docs/passkeys.md).
    Passkeys = "passkeys" {
        /// Lets people add passkeys and sign in with them. Browsers offer them if the issuer has a domain name and https, and on
        /// `http://localhost`.
        enabled: bool = true;
        /// The domain that passkeys are made for (the relying party id): the host of the issuer, or a domain above it. If it is not set,
        /// the host of the issuer. Choose it before people add passkeys: those made for another domain do not work any more.
        relying_party_id: Option<String> = None;
        /// Other sites that may use these passkeys, such as `"https://id.example.org"`. `/.well-known/webauthn` lists them for browsers.
        related_origins: Vec<String> = Vec::new();
    }
}

impl Passkeys {
    /// The relying party of an issuer; `None` if people have no passkeys there.
    ///
    /// # Errors
    /// A key of the section is wrong: its path, and a sentence that follows it.
    pub fn settings(&self, issuer: &Issuer) -> Result<Option<PasskeySettings>, (&'static str, String)> {
        let origin = |text: &String| {
            Origin::parse(text)
                .map_err(|error| ("passkeys.related_origins", format!("names {text:?}: {error}")))
        };
        let related = self
            .related_origins
            .iter()
            .map(origin)
            .collect::<Result<Vec<_>, _>>()?;
        let id = self.relying_party_id.as_deref();
        let settings = PasskeySettings::new(issuer, id, related);
        match settings {
            _ if !self.enabled => Ok(None),
            Ok(settings) => Ok(Some(settings)),
            Err(_) if id.is_none() => Ok(None),
            Err(error) => Err(("passkeys.relying_party_id", format!("cannot be used: {error}"))),
        }
    }
}

/// The domain and the issuer must fit.
pub(super) fn check(config: &Config, layers: &mut Layers) {
    let Ok(issuer) = Issuer::parse(config.server.issuer.as_str()) else {
        return;
    };
    if let Err((key, complaint)) = config.passkeys.settings(&issuer) {
        layers.refuse_keys(&[key], &format!("{key} {complaint}."));
    }
}
