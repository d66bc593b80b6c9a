//! Sweeping: storage is bounded by what is alive.

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
    /// Sessions.
    pub sessions: u64,
    /// One-time links.
    pub links: u64,
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
            + self.links
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
            links: self.links + other.links,
        }
    }
}
