//! What the provider counts, and how it is printed.

use std::fmt;

use pixie_oauth::GrantType;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Registry;

use super::count::{Count, Counts, Level};
use super::histogram::Histogram;
use super::label::labels;
use super::page::Page;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::people::{SignInRefusal, SignedIn};
use crate::store::Swept;
use crate::token::refusal::TokenRefusal;
use std::sync::Arc;

labels! {
    /// How a sign-in with a password ended.
    pub enum SignInOutcome: "outcome" {
        /// Signed in.
        SignedIn = "signed_in",
        /// No such account.
        UnknownUser = "unknown_user",
        /// Not the password.
        WrongPassword = "wrong_password",
        /// The account is disabled.
        Disabled = "disabled",
        /// Too many failures before.
        SlowedDown = "slowed_down",
        /// Too many sign in at once, or the store does not answer.
        Unavailable = "unavailable",
    }
}

impl From<&Result<SignedIn, SignInRefusal>> for SignInOutcome {
    fn from(ended: &Result<SignedIn, SignInRefusal>) -> Self {
        match ended {
            Ok(_) => Self::SignedIn,
            Err(SignInRefusal::UnknownUser) => Self::UnknownUser,
            Err(SignInRefusal::WrongPassword) => Self::WrongPassword,
            Err(SignInRefusal::Disabled) => Self::Disabled,
            Err(SignInRefusal::SlowDown(_)) => Self::SlowedDown,
            Err(SignInRefusal::Store(_) | SignInRefusal::Hashing(_) | SignInRefusal::Randomness(_)) => {
                Self::Unavailable
            }
        }
    }
}

labels! {
    /// What an access token was issued for.
    pub enum GrantUsed: "grant" {
        /// A code was redeemed.
        AuthorizationCode = "authorization_code",
        /// A refresh token was exchanged, or its answer repeated.
        RefreshToken = "refresh_token",
        /// A client acts for itself.
        ClientCredentials = "client_credentials",
        /// The authorization endpoint gave it.
        Implicit = "implicit",
    }
}

impl From<GrantType> for GrantUsed {
    fn from(grant: GrantType) -> Self {
        match grant {
            GrantType::AuthorizationCode => Self::AuthorizationCode,
            GrantType::RefreshToken => Self::RefreshToken,
            GrantType::ClientCredentials => Self::ClientCredentials,
            GrantType::Implicit => Self::Implicit,
        }
    }
}

labels! {
    /// What became of telling a client that a session has ended.
    pub enum LogoutOutcome: "outcome" {
        /// It was told.
        Told = "told",
        /// It will be tried again.
        Postponed = "postponed",
        /// It refused, or did not answer for an hour.
        GivenUp = "given_up",
        /// It wants not to be told, or is gone.
        Unwanted = "unwanted",
    }
}

labels! {
    /// Whether a client was known from a moment before.
    pub enum ClientLookup: "outcome" {
        /// It was.
        Hit = "hit",
        /// The store was asked.
        Miss = "miss",
    }
}

labels! {
    /// What was swept away.
    pub enum SweptKind: "kind" {
        /// Codes never redeemed, and families at their end.
        Grants = "grants",
        /// Access tokens.
        AccessTokens = "access_tokens",
        /// Refresh tokens.
        RefreshTokens = "refresh_tokens",
        /// Sealed answers of exchanged refresh tokens.
        Answers = "answers",
        /// Consents given to clients deleted since.
        Consents = "consents",
        /// Sessions.
        Sessions = "sessions",
        /// What sessions had signed in to.
        SessionClients = "session_clients",
        /// Clients that nobody told of the end of a session.
        Logouts = "logouts",
        /// Values that may be used again.
        UsedValues = "used_values",
        /// Clients that registered themselves and are not used.
        Clients = "clients",
        /// One-time links.
        Links = "links",
        /// Signing keys.
        Keys = "keys",
    }
}

/// What the provider counts.
#[derive(Debug)]
pub struct ProviderMetrics {
    sign_ins: Counts<SignInOutcome>,
    tokens: Counts<GrantUsed>,
    refresh_tokens_reused: Count,
    codes_replayed: Count,
    logouts: Counts<LogoutOutcome>,
    swept: Counts<SweptKind>,
    sweeps: Histogram,
    swept_at: Level,
    clients: Counts<ClientLookup>,
}

impl Default for ProviderMetrics {
    fn default() -> Self {
        Self {
            sign_ins: Counts::default(),
            tokens: Counts::default(),
            refresh_tokens_reused: Count::default(),
            codes_replayed: Count::default(),
            logouts: Counts::default(),
            swept: Counts::default(),
            sweeps: Histogram::of_durations(),
            swept_at: Level::default(),
            clients: Counts::default(),
        }
    }
}

impl ProviderMetrics {
    /// Somebody tried to sign in.
    pub(crate) fn sign_in(&self, ended: &Result<SignedIn, SignInRefusal>) {
        self.sign_ins.one(ended.into());
    }

    /// An access token was issued.
    pub(crate) fn token(&self, grant: GrantType) {
        self.tokens.one(grant.into());
    }

    /// A token request was refused: two reasons mean that something was stolen, or that a client has lost its mind.
    pub(crate) fn refused(&self, refusal: &TokenRefusal) {
        match refusal {
            TokenRefusal::ReusedRefreshToken => self.refresh_tokens_reused.one(),
            TokenRefusal::UsedCode => self.codes_replayed.one(),
            _ => {}
        }
    }

    /// Clients were told of the end of a session, or were not.
    pub(crate) fn delivered(&self, outcome: LogoutOutcome) {
        self.logouts.one(outcome);
    }

    /// A client was looked for.
    pub(crate) fn client(&self, lookup: ClientLookup) {
        self.clients.one(lookup);
    }

    /// A batch was swept.
    pub(crate) fn swept(&self, swept: Swept, took: std::time::Duration, now: Timestamp) {
        let Swept {
            grants,
            access_tokens,
            refresh_tokens,
            answers,
            consents,
            sessions,
            session_clients,
            logouts,
            used_values,
            clients,
            links,
            keys,
        } = swept;
        for (kind, rows) in [
            (SweptKind::Grants, grants),
            (SweptKind::AccessTokens, access_tokens),
            (SweptKind::RefreshTokens, refresh_tokens),
            (SweptKind::Answers, answers),
            (SweptKind::Consents, consents),
            (SweptKind::Sessions, sessions),
            (SweptKind::SessionClients, session_clients),
            (SweptKind::Logouts, logouts),
            (SweptKind::UsedValues, used_values),
            (SweptKind::Clients, clients),
            (SweptKind::Links, links),
            (SweptKind::Keys, keys),
        ] {
            self.swept.of(kind).add(rows);
        }
        self.sweeps.took(took);
        self.swept_at.set(now.seconds());
    }
}

pub(crate) fn register_metrics(context: &Arc<Context>, registry: &mut Registry) {
    registry.register_collector(Box::new(Observed(Arc::clone(context))));
    if let Some(store) = context.base.store.metrics() {
        registry.register_collector(Box::new(store));
    }
}

/// A provider that is looked at.
struct Observed(Arc<Context>);

impl fmt::Debug for Observed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Observed")
    }
}

impl Collector for Observed {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Self(context) = self;
        let counted = &context.base.metrics;
        let mut page = Page::new(encoder);
        page.counts("pixie_sign_ins", "Sign-ins with a password", &counted.sign_ins)?;
        page.counts("pixie_tokens_issued", "Access tokens issued", &counted.tokens)?;
        page.count(
            "pixie_refresh_tokens_reused",
            "Refresh tokens presented again after their grace; their families were revoked",
            &counted.refresh_tokens_reused,
        )?;
        page.count(
            "pixie_codes_replayed",
            "Authorization codes presented again; their tokens were revoked",
            &counted.codes_replayed,
        )?;
        page.counts(
            "pixie_logout_deliveries",
            "Attempts to tell a client that a session has ended",
            &counted.logouts,
        )?;
        page.counts(
            "pixie_client_lookups",
            "Clients looked for among those that were read a moment ago",
            &counted.clients,
        )?;
        page.gauges(
            "pixie_queue_waiting",
            "Requests that wait for a thread",
            [
                ([("queue", "hashing")], context.hashing.threads().waiting() as f64),
                (
                    [("queue", "signing")],
                    context.keys.threads.threads().waiting() as f64,
                ),
            ],
        )?;
        page.counters(
            "pixie_queue_refused",
            "Requests turned away because too many waited for a thread",
            [
                (
                    [("queue", "hashing")],
                    context.hashing.threads().refused().times() as f64,
                ),
                (
                    [("queue", "signing")],
                    context.keys.threads.threads().refused().times() as f64,
                ),
            ],
        )?;
        page.counts(
            "pixie_swept_rows",
            "Rows deleted because they mean nothing any more",
            &counted.swept,
        )?;
        page.histogram(
            "pixie_sweep_batch_duration_seconds",
            "Time of a batch of a sweep",
            &counted.sweeps,
        )?;
        page.level(
            "pixie_sweep_last_success_timestamp_seconds",
            "When a batch was last swept by this process, 0 before the first",
            &counted.swept_at,
        )?;
        self.signing_keys(&mut page)
    }
}

impl Observed {
    fn signing_keys(&self, page: &mut Page<'_>) -> fmt::Result {
        let Self(context) = self;
        let (held, now) = (context.keys.ring.held(), context.base.now());
        let settings = &context.base.settings;
        let signing = settings.signing_algorithms.iter().filter_map(|algorithm| {
            Some((
                [("algorithm", algorithm.as_str())],
                held.signing(*algorithm, now)?,
            ))
        });
        page.gauges(
            "pixie_signing_key_age_seconds",
            "How long the key that signs has signed",
            signing.map(|(labels, key)| (labels, now.since(key.signs_from) as f64)),
        )?;
        let every = settings.keys.rotate_every;
        let newest = settings.signing_algorithms.iter().filter_map(|algorithm| {
            Some((
                [("algorithm", algorithm.as_str())],
                held.newest(*algorithm)?,
                every?,
            ))
        });
        page.gauges(
            "pixie_signing_key_rotation_due_seconds",
            "How long until the newest key should have a successor that signs; negative where that is overdue",
            newest.map(|(labels, key, every)| (labels, key.signs_from.plus(every).since(now) as f64)),
        )
    }
}
