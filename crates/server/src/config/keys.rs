//! `[keys]`: the keys that sign tokens (RFC 7515, RFC 7517).

use std::time::Duration;

use pixie_oauth::jose::SigningAlgorithm;
use toml::Value;

use super::Config;
use super::key::section;
use super::layers::Layers;
use super::setting::{Setting, must_be};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// How long clients may cache the published keys, as `Cache-Control` of the response says.
const KEPT_BY_CLIENTS: Duration = Duration::from_secs(300);

section! {
    /// The keys that sign tokens. Their private halves are sealed in the database with the master key.
    Keys = "keys" {
        /// The algorithms that sign tokens: RS256, which every OpenID client understands, and any of PS256, ES256, ES384, EdDSA.
        /// Each has a key; a missing key is made at the next start.
        algorithms: Vec<SigningAlgorithm> = vec![SigningAlgorithm::Rs256, SigningAlgorithm::Es256], if rs256_among_them;
        /// How long a key signs until the next one takes over by itself. `0` leaves that to `pixie keys rotate`.
        rotate_every: Duration = Duration::from_secs(90 * DAY);
        /// How long the next key is published before it signs, so that everybody who verifies has it by then. At least five
        /// minutes, because clients may cache the keys that long.
        publish_ahead: Duration = Duration::from_secs(HOUR), if longer_than_clients_keep;
    }
}

#[expect(clippy::ptr_arg, reason = "a rule takes the value as its key has it")]
fn rs256_among_them(algorithms: &Vec<SigningAlgorithm>) -> Result<(), String> {
    if algorithms.contains(&SigningAlgorithm::Rs256) {
        Ok(())
    } else {
        Err(
            "must have \"RS256\" among them, which OpenID clients rely on (OpenID Connect Core section 15.1)"
                .to_owned(),
        )
    }
}

fn longer_than_clients_keep(duration: &Duration) -> Result<(), String> {
    if *duration < KEPT_BY_CLIENTS {
        Err(
            "must not be shorter than \"5m\", for which clients may keep the keys that they fetched"
                .to_owned(),
        )
    } else {
        Ok(())
    }
}

/// A key must have been published and have begun to sign before the next one is.
pub(super) fn check(config: &Config, layers: &mut Layers) {
    let keys = &config.keys;
    if !keys.rotate_every.is_zero() && keys.rotate_every < keys.publish_ahead.saturating_mul(2) {
        let paths = ["keys.rotate_every", "keys.publish_ahead"];
        layers.refuse_keys(
            &paths,
            "keys.rotate_every must be at least twice keys.publish_ahead, or 0 to rotate by command only.",
        );
    }
}

impl Setting for SigningAlgorithm {
    fn form() -> String {
        "one of \"RS256\", \"PS256\", \"ES256\", \"ES384\" and \"EdDSA\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let word = value.as_str().and_then(|text| Self::parse(text).ok());
        word.ok_or_else(must_be::<Self>)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Flags, Purpose, Sources};

    fn refused(variable: (&str, &str)) -> String {
        let environment = [(variable.0.to_owned(), variable.1.to_owned())];
        let folder = tempfile::tempdir().unwrap();
        let loaded = Config::load_from(&Sources {
            purpose: Purpose::Serve,
            flags: &Flags::default(),
            environment: &environment,
            folder: folder.path(),
        });
        loaded.unwrap_err().to_string()
    }

    #[test]
    fn what_would_break_clients_is_refused() {
        let algorithms = refused(("PIXIE_KEYS_ALGORITHMS", "ES256"));
        assert!(
            algorithms.contains("must have \"RS256\" among them"),
            "{algorithms}"
        );
        let symmetric = refused(("PIXIE_KEYS_ALGORITHMS", "RS256,HS256"));
        assert!(symmetric.contains("must be one of \"RS256\""), "{symmetric}");
        let ahead = refused(("PIXIE_KEYS_PUBLISH_AHEAD", "4m"));
        assert!(ahead.contains("must not be shorter than \"5m\""), "{ahead}");
        let often = refused(("PIXIE_KEYS_ROTATE_EVERY", "90m"));
        assert!(often.contains("at least twice keys.publish_ahead"), "{often}");
    }

    #[test]
    fn zero_leaves_rotation_to_the_command() {
        let keys = Keys {
            rotate_every: Duration::ZERO,
            ..Keys::default()
        };
        let config = Config {
            keys,
            ..Config::default()
        };
        assert_eq!(crate::open::settings(&config).unwrap().keys.rotate_every, None);
        let usual = crate::open::settings(&Config::default()).unwrap();
        assert_eq!(usual.keys.rotate_every, Some(90 * 24 * 3600));
    }
}
