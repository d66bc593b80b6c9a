//! This server as a relying party (WebAuthn Level 3 section 4): its domain, and the one origin whose pages use passkeys here.

use pixie_oauth::{Issuer, Origin};
use serde::Deserialize;
use webauthn_rs::prelude::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::PasskeyRefusal;
use crate::settings::Settings;

/// The checks of the library, set up for this issuer.
pub(super) struct RelyingParty<'a> {
    pub(super) webauthn: Webauthn,
    pub(super) id: &'a str,
    issuer: &'a Issuer,
}

impl<'a> RelyingParty<'a> {
    pub(super) fn of(settings: &'a Settings) -> Result<Self, PasskeyRefusal> {
        let passkeys = settings.passkeys.as_ref().ok_or(PasskeyRefusal::NotOffered)?;
        let (issuer, id) = (&settings.issuer, passkeys.relying_party_id());
        let url = |text: &str| Url::parse(text).map_err(|_| PasskeyRefusal::NotOffered);
        let origin = url(issuer.origin())?;
        // The library asks for one origin below the id, and the issuer need not be: see `check_origin`.
        let below = if passkeys.is_above(issuer.host()) {
            origin.clone()
        } else {
            url(&format!("https://{id}"))?
        };
        let builder = WebauthnBuilder::new(id, &below)?.append_allowed_origin(&origin);
        Ok(Self {
            webauthn: builder.rp_name(&settings.product).build()?,
            id,
            issuer,
        })
    }

    /// Refuses an answer from a page of any other origin than the issuer's, related ones among them: their pages are not ours.
    pub(super) fn check_origin(&self, client_data: &[u8]) -> Result<(), PasskeyRefusal> {
        #[derive(Deserialize)]
        struct ClientData<'c> {
            #[serde(borrow)]
            origin: std::borrow::Cow<'c, str>,
        }
        let data: ClientData<'_> = serde_json::from_slice(client_data)?;
        let (named, own) = (Origin::parse(&data.origin), Origin::parse(self.issuer.origin()));
        match (named, own) {
            (Ok(named), Ok(own)) if named == own => Ok(()),
            _ => Err(PasskeyRefusal::OtherOrigin),
        }
    }
}
