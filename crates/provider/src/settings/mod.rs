//! The operator's settings: issuer, scopes, lifetimes, limits.

mod claim_rule;
mod events;
mod hashing;
mod passkeys;
mod registration;
mod sign_up;
mod throttle;
mod upstream;

use std::path::PathBuf;

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{AccessTokenFormat, Acr, Audience, Issuer, ResponseType};

use crate::scopes::known::Scopes;

pub use claim_rule::{ClaimRule, ClaimRuleError, ClaimSource, WrittenClaimRule};
pub use events::EventSettings;
pub use hashing::HashingSettings;
pub use passkeys::{PasskeySettings, PasskeySettingsError};
pub use registration::{RegistrationMode, RegistrationSettings};
pub use sign_up::SignUpMode;
pub use throttle::ThrottleSettings;
pub use upstream::{
    Upstream, UpstreamAddress, UpstreamClaims, UpstreamId, UpstreamKind, UpstreamSecret, UpstreamSettingError,
};

/// The provider's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer.
    pub issuer: Issuer,
    /// The scopes there are.
    pub scopes: Scopes,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// The cost of a password hash.
    pub hashing: HashingSettings,
    /// How guessing is slowed down.
    pub throttle: ThrottleSettings,
    /// Characters that a chosen password has at least.
    pub min_password_length: usize,
    /// The file with the hashes of leaked passwords, which nobody may choose; see [`crate::check_breached_list`].
    pub breached_passwords: Option<PathBuf>,
    /// The name of the server on its pages. Applications that people register must not imitate it.
    pub product: String,
    /// The domain and the sites of passkeys; `None` if people cannot have any.
    pub passkeys: Option<PasskeySettings>,
    /// `true` if people who are not administrators may register applications.
    pub self_service: bool,
    /// The people who may make an account for themselves.
    pub sign_up: SignUpMode,
    /// `true` if pages of applications may watch the login (OpenID Connect Session Management 1.0).
    pub session_management: bool,
    /// The context classes (`acr`) that sign-ins reach, which the metadata announces. A sign-in at the login page reaches
    /// [`Acr::one_factor`], [`Acr::two_factors`] or with a passkey [`Acr::phishing_resistant`]; an application into which the provider is mounted may add those of its own login.
    pub acr_values: Vec<Acr>,
    /// How clients register themselves.
    pub registration: RegistrationSettings,
    /// `true` if authorization requests may come as signed tokens (OpenID Connect Core section 6.1).
    pub request_objects: bool,
    /// `true` if such tokens are fetched from addresses that clients have registered (OpenID Connect Core section 6.2). Not
    /// without `request_objects`.
    pub request_uris: bool,
    /// The format of access tokens if neither the resource nor the client has one.
    pub access_token_format: AccessTokenFormat,
    /// The APIs that are known here; clients may name others.
    pub resources: Vec<Resource>,
    /// Response types that clients may be registered for.
    pub response_types: Vec<ResponseType>,
    /// The algorithms that tokens are signed with; there is a key of each. OpenID clients expect RS256 to be among them.
    pub signing_algorithms: Vec<SigningAlgorithm>,
    /// How signing keys are rotated and used.
    pub keys: KeySettings,
    /// Claims beside the standard ones, or instead of them, that of groups among them; see [`Settings::with_claims`].
    pub claims: Vec<ClaimRule>,
    /// The selection of stored events, and how long they are kept.
    pub events: EventSettings,
    /// The other providers at which people may sign in, each with an id of its own.
    pub upstreams: Vec<Upstream>,
}

impl Settings {
    /// The defaults, for an issuer.
    pub fn new(issuer: Issuer) -> Self {
        let passkeys = PasskeySettings::of(&issuer);
        let settings = Self {
            issuer,
            scopes: Scopes::default(),
            lifetimes: Lifetimes::default(),
            hashing: HashingSettings::default(),
            throttle: ThrottleSettings::default(),
            min_password_length: 8,
            breached_passwords: None,
            product: "Pixie".to_owned(),
            passkeys: None,
            self_service: false,
            sign_up: SignUpMode::default(),
            session_management: true,
            acr_values: vec![Acr::one_factor(), Acr::two_factors()],
            registration: RegistrationSettings::default(),
            request_objects: true,
            request_uris: true,
            access_token_format: AccessTokenFormat::Opaque,
            resources: Vec::new(),
            response_types: vec![ResponseType::Code],
            signing_algorithms: vec![SigningAlgorithm::Rs256, SigningAlgorithm::Es256],
            keys: KeySettings::default(),
            claims: vec![ClaimRule::groups()],
            events: EventSettings::default(),
            upstreams: Vec::new(),
        };
        settings.with_passkeys(passkeys)
    }

    /// The same settings with this relying party of passkeys, or without passkeys; the metadata announces their class accordingly. Without
    /// the cargo feature `passkeys` there are none.
    #[must_use]
    pub fn with_passkeys(mut self, passkeys: Option<PasskeySettings>) -> Self {
        let passkeys = passkeys.filter(|_| cfg!(feature = "passkeys"));
        self.acr_values.retain(|acr| *acr != Acr::phishing_resistant());
        if passkeys.is_some() {
            self.acr_values.push(Acr::phishing_resistant());
        }
        self.passkeys = passkeys;
        self
    }

    /// The upstream provider with this id.
    pub fn upstream(&self, id: &str) -> Option<&Upstream> {
        self.upstreams.iter().find(|upstream| upstream.id.as_str() == id)
    }

    /// The same settings with these claims, and with the scopes that request them. If none of them is `groups`, the claim
    /// `groups` lists the groups of a person for the scope `groups`.
    #[must_use]
    pub fn with_claims(mut self, mut claims: Vec<ClaimRule>) -> Self {
        for rule in &claims {
            self.scopes.describe_claim(rule.name(), rule.scope());
        }
        let groups = ClaimRule::groups();
        if claims.iter().all(|rule| rule.name() != groups.name()) {
            claims.push(groups);
        }
        self.claims = claims;
        self
    }

    /// The algorithm of ID tokens if the client registered none: RS256 (OpenID Connect Dynamic Client Registration
    /// section 2), or the first that is offered.
    pub fn default_signing_algorithm(&self) -> SigningAlgorithm {
        let offered = &self.signing_algorithms;
        match offered.first() {
            Some(first) if !offered.contains(&SigningAlgorithm::Rs256) => *first,
            _ => SigningAlgorithm::Rs256,
        }
    }
}

/// An API for which access tokens are issued (RFC 8707 section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The value that clients send as `resource` and the API finds in `aud`, byte for byte.
    pub identifier: String,
    /// The format of its access tokens; if `None`, the client's format or the server's.
    pub access_token_format: Option<AccessTokenFormat>,
    /// Their lifetime in seconds; if `None`, the server's.
    pub access_token_lifetime: Option<i64>,
}

impl Settings {
    /// The format of an access token for these resources. A resource with a format of its own decides; if none is
    /// named, or none has a format, the client's decides. A token that an API can verify by itself serves the others
    /// too.
    pub(crate) fn access_token_format(
        &self,
        audience: &Audience,
        of_client: Option<AccessTokenFormat>,
    ) -> AccessTokenFormat {
        let otherwise = of_client.unwrap_or(self.access_token_format);
        let format = |one| {
            self.resource(one)
                .and_then(|resource| resource.access_token_format)
        };
        let mut formats = audience.iter().map(|one| format(one).unwrap_or(otherwise));
        let jwt = formats.any(|format| format == AccessTokenFormat::Jwt);
        match (audience.is_empty(), jwt) {
            (true, _) => otherwise,
            (false, true) => AccessTokenFormat::Jwt,
            (false, false) => AccessTokenFormat::Opaque,
        }
    }

    /// How long an access token for these resources lives, seconds: as long as the strictest of them and of the client says.
    pub(crate) fn access_token_lifetime(&self, audience: &Audience, of_client: Option<i64>) -> i64 {
        let otherwise = of_client.unwrap_or(self.lifetimes.access_token);
        let lifetime = |one| {
            self.resource(one)
                .and_then(|resource| resource.access_token_lifetime)
        };
        let lifetimes = audience.iter().map(|one| lifetime(one).unwrap_or(otherwise));
        let strictest = lifetimes.min().unwrap_or(otherwise);
        of_client.map_or(strictest, |own| own.min(strictest))
    }

    /// The algorithm of access tokens: ES256, small and fast, if it is offered.
    pub(crate) fn access_token_algorithm(&self) -> SigningAlgorithm {
        if self.signing_algorithms.contains(&SigningAlgorithm::Es256) {
            SigningAlgorithm::Es256
        } else {
            self.default_signing_algorithm()
        }
    }

    fn resource(&self, identifier: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.identifier == identifier)
    }
}

/// How signing keys are rotated, and how many signatures are made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySettings {
    /// Seconds after which a key that signs is replaced; `None` for never.
    pub rotate_every: Option<i64>,
    /// Seconds for which a key is published before it signs, so that no client meets a key it cannot have fetched: more than
    /// the 300 for which clients may keep what they fetched.
    pub publish_ahead: i64,
    /// Threads that sign with RSA keys, which take most of a millisecond.
    pub threads: usize,
    /// Signatures that may wait for them; more are turned away.
    pub queue: usize,
}

impl Default for KeySettings {
    /// Every 90 days, published an hour ahead.
    fn default() -> Self {
        Self {
            rotate_every: Some(90 * 24 * 3600),
            publish_ahead: 3600,
            threads: 2,
            queue: 256,
        }
    }
}

/// How long things live, seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An authorization code; RFC 6749 section 4.1.2 asks for ten minutes at the most.
    pub code: i64,
    /// An access token.
    pub access_token: i64,
    /// An id token.
    pub id_token: i64,
    /// A refresh token that is not used.
    pub refresh_token_idle: i64,
    /// A family of tokens, however often it is refreshed.
    pub refresh_token_absolute: i64,
    /// For how long a repeated refresh request gets the same answer again.
    pub refresh_grace: i64,
    /// A session that is not used.
    pub session_idle: i64,
    /// A session, however busy.
    pub session_absolute: i64,
    /// A one-time link.
    pub one_time_link: i64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        const HOUR: i64 = 3600;
        const DAY: i64 = 24 * HOUR;
        Self {
            code: 60,
            access_token: HOUR,
            id_token: HOUR,
            refresh_token_idle: 30 * DAY,
            refresh_token_absolute: 90 * DAY,
            refresh_grace: 10,
            session_idle: 12 * HOUR,
            session_absolute: 7 * DAY,
            one_time_link: HOUR,
        }
    }
}

#[cfg(test)]
mod tests {
    use AccessTokenFormat::{Jwt, Opaque};

    use super::*;

    const READS: &str = "https://reads.example/";
    const ASKS: &str = "https://asks.example/";
    const SILENT: &str = "https://silent.example/";
    const UNKNOWN: &str = "https://unknown.example/";

    fn settings() -> Settings {
        let resource = |identifier: &str, access_token_format, access_token_lifetime| Resource {
            identifier: identifier.to_owned(),
            access_token_format,
            access_token_lifetime,
        };
        let mut settings = Settings::new(Issuer::parse("https://as.example/o").unwrap());
        settings.resources = vec![
            resource(READS, Some(Jwt), Some(300)),
            resource(ASKS, Some(Opaque), Some(7200)),
            resource(SILENT, None, None),
        ];
        settings
    }

    fn audience(resources: &[&str]) -> Audience {
        Audience::parse(resources.iter().copied()).unwrap()
    }

    #[test]
    fn the_format_is_the_resources_then_the_clients_then_the_servers() {
        let mut settings = settings();
        for (resources, of_client, by_default, expected) in [
            (&[][..], None, Opaque, Opaque),
            (&[], None, Jwt, Jwt),
            (&[], Some(Jwt), Opaque, Jwt),
            (&[], Some(Opaque), Jwt, Opaque),
            (&[READS], None, Opaque, Jwt),
            (&[READS], Some(Opaque), Opaque, Jwt),
            (&[ASKS], Some(Jwt), Jwt, Opaque),
            (&[SILENT], Some(Jwt), Opaque, Jwt),
            (&[SILENT], None, Jwt, Jwt),
            (&[UNKNOWN], Some(Opaque), Jwt, Opaque),
            (&[UNKNOWN], None, Opaque, Opaque),
        ] {
            settings.access_token_format = by_default;
            let format = settings.access_token_format(&audience(resources), of_client);
            assert_eq!(format, expected, "{resources:?} {of_client:?} {by_default:?}");
        }
    }

    #[test]
    fn of_several_resources_one_that_reads_tokens_by_itself_decides() {
        let settings = settings();
        for (resources, expected) in [
            (&[ASKS, READS][..], Jwt),
            (&[READS, UNKNOWN], Jwt),
            (&[ASKS, SILENT, UNKNOWN], Opaque),
        ] {
            let format = settings.access_token_format(&audience(resources), None);
            assert_eq!(format, expected, "{resources:?}");
        }
    }

    #[test]
    fn a_token_lives_as_long_as_the_strictest_of_its_resources_and_its_client_says() {
        let settings = settings();
        for (resources, of_client, expected) in [
            (&[][..], None, 3600),
            (&[UNKNOWN], None, 3600),
            (&[SILENT], None, 3600),
            (&[READS], None, 300),
            (&[ASKS], None, 7200),
            (&[ASKS, SILENT], None, 3600),
            (&[ASKS, UNKNOWN], None, 3600),
            (&[UNKNOWN, ASKS, READS], None, 300),
            (&[], Some(60), 60),
            (&[], Some(9000), 9000),
            (&[SILENT], Some(9000), 9000),
            (&[UNKNOWN], Some(60), 60),
            (&[ASKS], Some(9000), 7200),
            (&[ASKS], Some(60), 60),
            (&[READS, ASKS], Some(9000), 300),
            (&[ASKS, SILENT], Some(5000), 5000),
        ] {
            assert_eq!(
                settings.access_token_lifetime(&audience(resources), of_client),
                expected,
                "{resources:?} {of_client:?}"
            );
        }
    }

    #[test]
    fn access_tokens_are_signed_with_es256_where_it_is_offered() {
        let mut settings = settings();
        assert_eq!(settings.access_token_algorithm(), SigningAlgorithm::Es256);
        settings.signing_algorithms = vec![SigningAlgorithm::Rs256, SigningAlgorithm::EdDsa];
        assert_eq!(settings.access_token_algorithm(), SigningAlgorithm::Rs256);
        settings.signing_algorithms = vec![SigningAlgorithm::EdDsa];
        assert_eq!(settings.access_token_algorithm(), SigningAlgorithm::EdDsa);
    }
}
