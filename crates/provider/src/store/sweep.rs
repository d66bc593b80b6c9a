//! The sweep, which bounds storage by the rows that are alive.

use crate::clock::Timestamp;

/// Deletes rows that no longer mean anything.
#[derive(Clone, Copy, Debug)]
pub struct Sweep {
    /// Rows that ended before this moment.
    pub now: Timestamp,
    /// At most so many of each kind, so that no other request waits long.
    pub limit: u32,
    /// Sessions last seen before this moment are dead too.
    pub idle_since: Timestamp,
    /// Clients that registered themselves, were last changed before this moment and have no grant, access token or consent
    /// alive are deleted; none if `None`.
    pub unused_clients_since: Option<Timestamp>,
    /// `true` to store an event for each of these clients, in the commit that deletes it: by the server itself, with the details
    /// `client_id` and `"reason": "unused"`.
    pub record_unused_clients: bool,
    /// Events, and counts of events, before this moment are deleted; none if `None`.
    pub events_before: Option<Timestamp>,
}

/// How many rows went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    /// Codes never redeemed, and families at their end.
    pub grants: u64,
    /// Access tokens.
    pub access_tokens: u64,
    /// Refresh tokens.
    pub refresh_tokens: u64,
    /// Sealed answers of exchanged refresh tokens whose grace is over.
    pub answers: u64,
    /// Consents that were given to clients deleted since.
    pub consents: u64,
    /// Sessions that have ended.
    pub sessions: u64,
    /// Sign-ins to clients of sessions that no longer exist.
    pub session_clients: u64,
    /// Notifications of the end of a session that nobody has delivered for a day: nobody delivers here.
    pub logouts: u64,
    /// Mails that expired an hour ago or more: nobody sends mails here.
    pub mails: u64,
    /// Values that may be used again because they have expired.
    pub used_values: u64,
    /// Counts of guesses that are forgotten.
    pub guesses: u64,
    /// Clients that registered themselves and are not used.
    pub clients: u64,
    /// One-time links.
    pub links: u64,
    /// Signing keys whose last token has expired.
    pub keys: u64,
    /// Events, and counts of events, whose retention is over.
    pub events: u64,
}

impl Swept {
    /// All together.
    pub fn total(self) -> u64 {
        self.grants
            + self.access_tokens
            + self.refresh_tokens
            + self.answers
            + self.consents
            + self.sessions
            + self.session_clients
            + self.logouts
            + self.mails
            + self.used_values
            + self.guesses
            + self.clients
            + self.links
            + self.keys
            + self.events
    }

    /// Both added up.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            grants: self.grants + other.grants,
            access_tokens: self.access_tokens + other.access_tokens,
            refresh_tokens: self.refresh_tokens + other.refresh_tokens,
            answers: self.answers + other.answers,
            consents: self.consents + other.consents,
            sessions: self.sessions + other.sessions,
            session_clients: self.session_clients + other.session_clients,
            logouts: self.logouts + other.logouts,
            mails: self.mails + other.mails,
            used_values: self.used_values + other.used_values,
            guesses: self.guesses + other.guesses,
            clients: self.clients + other.clients,
            links: self.links + other.links,
            keys: self.keys + other.keys,
            events: self.events + other.events,
        }
    }
}
