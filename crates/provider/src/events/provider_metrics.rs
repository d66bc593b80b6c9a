//! The counters of the provider, and their labels.

use pixie_oauth::GrantType;

use crate::clock::Timestamp;
use crate::metrics::{Count, Counts, Histogram, Label, Level, labels};
use crate::store::{EventKind, Swept};

labels! {
    /// How a sign-in ended.
    pub(crate) enum SignInOutcome: "outcome" {
        /// Signed in.
        SignedIn = "signed_in",
        /// No such account.
        UnknownAccount = "unknown_user",
        /// Not the password.
        WrongPassword = "wrong_password",
        /// Not a passkey of an account here, or its answer proves nothing.
        WrongPasskey = "wrong_passkey",
        /// Not the code of the second factor.
        WrongCode = "wrong_code",
        /// The first factor was proved too long ago, or the sign-in was completed before.
        Ended = "ended",
        /// The account is disabled.
        Disabled = "disabled",
        /// An upstream provider did not say who it is, or nobody here is linked to that.
        Upstream = "upstream",
        /// Too many failures before.
        SlowedDown = "slowed_down",
        /// Too many sign in at once, or the store does not answer.
        Unavailable = "unavailable",
    }
}

labels! {
    /// The grant for which an access token was issued.
    pub(crate) enum GrantUsed: "grant" {
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
    /// The outcome of a logout notification to a client.
    pub(crate) enum LogoutOutcome: "outcome" {
        /// The client accepted the notification.
        Notified = "told",
        /// It will be tried again.
        Postponed = "postponed",
        /// It refused, or did not answer for an hour.
        GivenUp = "given_up",
        /// The client has no logout address any more, or is gone.
        Unwanted = "unwanted",
    }
}

labels! {
    /// The outcome of an attempt to send a mail.
    pub(crate) enum MailOutcome: "outcome" {
        /// The mail server took it.
        Sent = "sent",
        /// It will be tried again.
        Postponed = "postponed",
        /// The recipient or the text was refused for good.
        GivenUp = "given_up",
        /// The mail expired before it was sent.
        Expired = "expired",
    }
}

labels! {
    /// The outcome of a look into the cache of clients.
    pub(crate) enum ClientLookup: "outcome" {
        /// It was.
        Hit = "hit",
        /// The store was asked.
        Miss = "miss",
    }
}

labels! {
    /// The kind of rows that a sweep removed.
    pub(crate) enum SweptKind: "kind" {
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
        /// Sessions that have ended.
        Sessions = "sessions",
        /// Clients that an ended session had signed in to.
        SessionClients = "session_clients",
        /// Logout notifications that were never delivered.
        Logouts = "logouts",
        /// Mails that nobody sent.
        Mails = "mails",
        /// Values that may be used again.
        UsedValues = "used_values",
        /// Counts of guesses that are forgotten.
        Guesses = "guesses",
        /// Clients that registered themselves and are not used.
        Clients = "clients",
        /// One-time links.
        Links = "links",
        /// Signing keys.
        Keys = "keys",
        /// Events, and counts of them.
        Events = "events",
    }
}

/// The counters of a provider.
#[derive(Debug)]
pub(crate) struct ProviderMetrics {
    pub(crate) sign_ins: Counts<SignInOutcome>,
    pub(crate) tokens: Counts<GrantUsed>,
    pub(crate) refresh_tokens_reused: Count,
    pub(crate) codes_replayed: Count,
    pub(crate) introspections: Count,
    pub(crate) revocations: Count,
    pub(crate) logouts: Counts<LogoutOutcome>,
    pub(crate) mails: Counts<MailOutcome>,
    pub(crate) swept: Counts<SweptKind>,
    pub(crate) sweeps: Histogram,
    pub(crate) swept_at: Level,
    pub(crate) clients: Counts<ClientLookup>,
}

impl Default for ProviderMetrics {
    fn default() -> Self {
        Self {
            sign_ins: Counts::default(),
            tokens: Counts::default(),
            refresh_tokens_reused: Count::default(),
            codes_replayed: Count::default(),
            introspections: Count::default(),
            revocations: Count::default(),
            logouts: Counts::default(),
            mails: Counts::default(),
            swept: Counts::default(),
            sweeps: Histogram::of_durations(),
            swept_at: Level::default(),
            clients: Counts::default(),
        }
    }
}

impl ProviderMetrics {
    /// Somebody tried to sign in.
    pub(crate) fn sign_in(&self, ended: SignInOutcome) {
        self.sign_ins.one(ended);
    }

    /// An access token was issued.
    pub(crate) fn token(&self, grant: GrantType) {
        self.tokens.one(grant.into());
    }

    /// A refresh token came again after its grace: it was stolen, or its client repeats itself.
    pub(crate) fn refresh_token_reused(&self) {
        self.refresh_tokens_reused.one();
    }

    /// A code came again after it was redeemed.
    pub(crate) fn code_replayed(&self) {
        self.codes_replayed.one();
    }

    /// A token was introspected.
    pub(crate) fn token_introspected(&self) {
        self.introspections.one();
    }

    /// A token was revoked.
    pub(crate) fn token_revoked(&self) {
        self.revocations.one();
    }

    /// How often events of a kind were counted, if they are.
    pub(crate) fn total(&self, kind: EventKind) -> u64 {
        let sign_ins = |failed: bool| {
            let outcomes = SignInOutcome::ALL.iter();
            let outcomes = outcomes.filter(|outcome| (**outcome != SignInOutcome::SignedIn) == failed);
            outcomes.map(|outcome| self.sign_ins.of(*outcome).times()).sum()
        };
        match kind {
            EventKind::SignedIn => sign_ins(false),
            EventKind::SignInFailed => sign_ins(true),
            EventKind::TokenIssued => {
                let grants = GrantUsed::ALL.iter();
                grants.map(|grant| self.tokens.of(*grant).times()).sum()
            }
            EventKind::TokenIntrospected => self.introspections.times(),
            EventKind::TokenRevoked => self.revocations.times(),
            EventKind::MailSent => self.mails.of(MailOutcome::Sent).times(),
            EventKind::MailGivenUp => {
                self.mails.of(MailOutcome::GivenUp).times() + self.mails.of(MailOutcome::Expired).times()
            }
            EventKind::RefreshTokenReused => self.refresh_tokens_reused.times(),
            EventKind::CodeReplayed => self.codes_replayed.times(),
            _ => 0,
        }
    }

    /// Counts an attempt to notify a client of the end of a session.
    pub(crate) fn delivered(&self, outcome: LogoutOutcome) {
        self.logouts.one(outcome);
    }

    /// Counts an attempt to send a mail.
    pub(crate) fn mail(&self, outcome: MailOutcome) {
        self.mails.one(outcome);
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
            mails,
            used_values,
            guesses,
            clients,
            links,
            keys,
            events,
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
            (SweptKind::Mails, mails),
            (SweptKind::UsedValues, used_values),
            (SweptKind::Guesses, guesses),
            (SweptKind::Clients, clients),
            (SweptKind::Links, links),
            (SweptKind::Keys, keys),
            (SweptKind::Events, events),
        ] {
            self.swept.of(kind).add(rows);
        }
        self.sweeps.took(took);
        self.swept_at.set(now.seconds());
    }
}
