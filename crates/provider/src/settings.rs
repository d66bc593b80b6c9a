//! What whoever runs the server decides: issuer, scopes, lifetimes, limits.

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{Issuer, ResponseType, Scope};

use crate::accounts::{HashingSettings, ThrottleSettings};

/// The scope that lets a bearer of a token introspect others (RFC 7662 section 2.1). No client has it unless its own
/// list names it.
pub const INTROSPECTION_SCOPE: &str = "introspection";

/// The provider's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer.
    pub issuer: Issuer,
    /// The scopes there are.
    pub scopes: Scopes,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// What a password hash costs.
    pub hashing: HashingSettings,
    /// How guessing is slowed down.
    pub throttle: ThrottleSettings,
    /// Characters that a chosen password has at least.
    pub shortest_password: usize,
    /// Whether people who are not administrators may register applications.
    pub self_service: bool,
    /// Response types that clients may be registered for.
    pub response_types: Vec<ResponseType>,
    /// The algorithms that tokens are signed with; there is a key of each. OpenID clients expect RS256 to be among them.
    pub signing_algorithms: Vec<SigningAlgorithm>,
    /// How signing keys are rotated and used.
    pub keys: KeySettings,
}

impl Settings {
    /// The defaults, for an issuer.
    pub fn new(issuer: Issuer) -> Self {
        Self {
            issuer,
            scopes: Scopes::default(),
            lifetimes: Lifetimes::default(),
            hashing: HashingSettings::default(),
            throttle: ThrottleSettings::default(),
            shortest_password: 8,
            self_service: true,
            response_types: vec![ResponseType::Code],
            signing_algorithms: vec![SigningAlgorithm::Rs256, SigningAlgorithm::Es256],
            keys: KeySettings::default(),
        }
    }

    /// What an id token is signed with where its client asks for nothing else: RS256 (OpenID Connect Dynamic Client
    /// Registration section 2), or the first that is offered.
    pub fn default_signing_algorithm(&self) -> SigningAlgorithm {
        let offered = &self.signing_algorithms;
        match offered.first() {
            Some(first) if !offered.contains(&SigningAlgorithm::Rs256) => *first,
            _ => SigningAlgorithm::Rs256,
        }
    }
}

/// How signing keys are rotated, and how many signatures are made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySettings {
    /// Seconds after which a key that signs is replaced; `None` for never.
    pub rotate_every: Option<i64>,
    /// Seconds for which a key is published before it signs, so that no client meets a key it cannot have fetched.
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

/// The scopes of the server with their descriptions for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes {
    described: Vec<(String, String)>,
    default: Scope,
}

impl Default for Scopes {
    /// `read` and `write`, both given when a client asks for none.
    fn default() -> Self {
        let described = [("read", "Reading scope"), ("write", "Writing scope")];
        Self::new(
            described
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
            None,
        )
    }
}

impl Scopes {
    /// Scopes with descriptions; `default` is what a client gets that asks for none, all of them where `None`.
    pub fn new(described: Vec<(String, String)>, default: Option<Scope>) -> Self {
        let all = described.iter().filter(|(name, _)| name != INTROSPECTION_SCOPE);
        let all = Scope::parse(&all.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" "))
            .unwrap_or_default();
        Self {
            default: default.unwrap_or(all),
            described,
        }
    }

    /// What a client gets that asks for none and has no default of its own.
    pub fn default_scope(&self) -> &Scope {
        &self.default
    }

    /// Whether there is such a scope.
    pub fn has(&self, token: &str) -> bool {
        token == INTROSPECTION_SCOPE || self.described.iter().any(|(name, _)| name == token)
    }

    /// Whether every client may ask for it whose own list does not say otherwise.
    pub fn is_public(&self, token: &str) -> bool {
        token != INTROSPECTION_SCOPE && self.has(token)
    }

    /// The sentence for people; the scope's name where it has none.
    pub fn description<'a>(&'a self, token: &'a str) -> &'a str {
        match self.described.iter().find(|(name, _)| name == token) {
            Some((_, description)) => description,
            None if token == INTROSPECTION_SCOPE => "Ask what tokens are good for",
            None => token,
        }
    }

    /// Every scope that may be asked for.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.described.iter().map(|(name, _)| name.clone()).collect();
        if !names.iter().any(|name| name == INTROSPECTION_SCOPE) {
            names.push(INTROSPECTION_SCOPE.to_owned());
        }
        names
    }
}
