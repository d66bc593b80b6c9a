//! `[outbound]`: requests to addresses that clients name.

use std::path::PathBuf;
use std::time::Duration;

use pixie_outbound::{Allowed, CaBundle};
use toml::Value;

use super::Config;
use super::checks::{at_least_one, longer_than_zero};
use super::key::section;
use super::layers::Layers;
use super::setting::{Setting, must_be};

section! {
    /// Requests that Pixie sends to addresses that clients name: `jwks_uri`, `sector_identifier_uri`, `request_uri`,
    /// `logo_uri` and `backchannel_logout_uri`. They go to public addresses with TLS only, follow no redirect and take no proxy from the
    /// environment.
    Outbound = "outbound" {
        /// Hosts that may be requested although their address is not public, and without TLS: hosts (`"rp.internal"`), hosts on one
        /// port (`"rp.internal:8443"`), addresses and ranges (`"10.0.0.0/8"`). A name that resolves into a range
        /// still needs TLS. Every registered client can make Pixie send requests to these hosts.
        allow: Vec<Allowed> = Vec::new();
        /// Certificates of authorities that are trusted beside those of the system, as one PEM file. It is read at the
        /// start.
        ca_bundle: Option<PathBuf> = None;
        /// The longest time for connecting, and for waiting among `max_requests`.
        connect_timeout: Duration = Duration::from_secs(3), if longer_than_zero;
        /// The longest time for a whole request.
        timeout: Duration = Duration::from_secs(5), if longer_than_zero;
        /// How many documents are fetched at the same time, and how many notices of a sign-out are sent. More wait.
        max_requests: usize = 16, if at_least_one;
    }
}

impl Outbound {
    /// The certificates of `outbound.ca_bundle`, if it is set.
    ///
    /// # Errors
    /// The file cannot be read, or holds no certificate. The message follows the key and its value.
    pub fn read_ca_bundle(&self) -> Result<Option<CaBundle>, String> {
        let Some(path) = &self.ca_bundle else {
            return Ok(None);
        };
        let pem = std::fs::read(path).map_err(|cause| {
            format!(
                "names {}, which cannot be read ({cause}); check the path and its permissions",
                path.display()
            )
        })?;
        let bundle = CaBundle::parse(&pem);
        let bundle = bundle.map_err(|cause| format!("names {}, which {cause}", path.display()))?;
        Ok(Some(bundle))
    }
}

/// The file must be readable now: an error in it is found by `pixie config check`, not by the first client.
pub(super) fn check(config: &Config, layers: &mut Layers) {
    if let Err(complaint) = config.outbound.read_ca_bundle() {
        let sentence = format!("outbound.ca_bundle {complaint}.");
        layers.refuse_keys(&["outbound.ca_bundle"], &sentence);
    }
}

impl Setting for Allowed {
    fn form() -> String {
        "a host, an address or a range such as \"rp.internal\", \"rp.internal:8443\" or \"10.0.0.0/8\""
            .to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        value
            .as_str()
            .ok_or_else(must_be::<Self>)?
            .parse()
            .map_err(|error: pixie_outbound::AllowedError| error.to_string())
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}
