//! The tokens of a client: their lifetimes, and the rotation of its refresh tokens.

use std::time::Duration;

use pixie_oauth::{ClientAuthMethod, OnByDefault, Seconds};

use super::Checks;

/// Ten minutes (RFC 6749 section 4.1.2).
const MAX_CODE_LIFETIME: u64 = 600;

/// 365 days. A signed token cannot be revoked where an API checks it by itself.
const MAX_TOKEN_LIFETIME: u64 = 365 * 24 * 3600;

/// Ten times 365 days.
const MAX_REFRESH_TOKEN_LIFETIME: u64 = 10 * MAX_TOKEN_LIFETIME;

impl Checks<'_> {
    pub(super) fn code_lifetime(&mut self, field: &'static str, value: Option<&Seconds>) -> Option<Duration> {
        self.lifetime(field, value, MAX_CODE_LIFETIME)
    }

    pub(super) fn token_lifetime(
        &mut self,
        field: &'static str,
        value: Option<&Seconds>,
    ) -> Option<Duration> {
        self.lifetime(field, value, MAX_TOKEN_LIFETIME)
    }

    pub(super) fn refresh_token_absolute_lifetime(
        &mut self,
        field: &'static str,
        value: Option<&Seconds>,
    ) -> Option<Duration> {
        self.lifetime(field, value, MAX_REFRESH_TOKEN_LIFETIME)
    }

    /// An idle lifetime that is longer than the absolute one has no effect.
    pub(super) fn refresh_token_idle_lifetime(
        &mut self,
        field: &'static str,
        value: Option<&Seconds>,
    ) -> Option<Duration> {
        let idle = self.lifetime(field, value, MAX_REFRESH_TOKEN_LIFETIME);
        let own = self
            .metadata
            .refresh_token_absolute_lifetime
            .map(|seconds| seconds.0);
        let absolute = own.unwrap_or(self.settings.lifetimes.refresh_token_absolute);
        if value.is_some_and(|idle| idle.0 > absolute) {
            self.refuse(
                field,
                format!(
                    "must not be longer than refresh_token_absolute_lifetime, which is {absolute} seconds"
                ),
            );
        }
        idle
    }

    fn lifetime(&mut self, field: &'static str, value: Option<&Seconds>, max: u64) -> Option<Duration> {
        let seconds = value?.0;
        match u64::try_from(seconds) {
            Ok(seconds) if (1..=max).contains(&seconds) => Some(Duration::from_secs(seconds)),
            _ => {
                self.refuse(
                    field,
                    format!("{seconds} is not a number of seconds from 1 to {max}; leave the field out for the lifetime of the server"),
                );
                None
            }
        }
    }

    /// The refresh tokens of public clients rotate, because nothing else shows that one was stolen (OAuth 2.1 section 4.3.1).
    pub(super) fn rotation(&mut self, field: &'static str, value: Option<&OnByDefault>) -> OnByDefault {
        let rotation = value.copied().unwrap_or_default();
        if !rotation.is_on() && self.auth_method == ClientAuthMethod::None {
            self.refuse(
                field,
                "the refresh tokens of a public client must rotate (OAuth 2.1 section 4.3.1): leave this out, or make the client confidential",
            );
        }
        rotation
    }
}
