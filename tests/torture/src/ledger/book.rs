//! The entries: families of tokens that began with a code, tokens without a person, registrations.

use crate::exchange::Tokens;

/// The state of a token or family: alive, ended, or unsure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It was given and never ended.
    Alive,
    /// The end was asked for and the answer did not come: both are right.
    Unsure,
    /// The end was acknowledged.
    Ended,
}

/// The state of a one-time value: unused, used, or unsure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    No,
    /// It was presented and the answer did not come: both are right.
    Unsure,
    Yes,
}

/// The number of a family in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FamilyId(pub(crate) usize);

/// A code and the tokens that came of it.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub(crate) code: String,
    pub(crate) verifier: String,
    pub(crate) redeemed: Spent,
    pub(crate) generations: Vec<Generation>,
    pub(crate) end: End,
}

/// The tokens of one answer.
#[derive(Clone, Debug)]
pub(crate) struct Generation {
    pub(crate) tokens: Tokens,
    /// The state of the access token by itself.
    pub(crate) access: End,
    /// The state of the exchange of the refresh token.
    pub(crate) refreshed: Spent,
}

/// An application that registered itself.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) client: String,
    pub(crate) token: String,
}

/// All entries.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) families: Vec<Family>,
    pub(crate) services: Vec<(Tokens, End)>,
    pub(crate) registrations: Vec<Registration>,
    /// The browser in which the person is signed in.
    pub(crate) cookies: Option<String>,
    numbers: u64,
}

impl Book {
    /// A number that was not given before.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// A code was given.
    pub(crate) fn issued(&mut self, code: String, verifier: String) -> FamilyId {
        self.families.push(Family {
            code,
            verifier,
            redeemed: Spent::No,
            generations: Vec::new(),
            end: End::Alive,
        });
        FamilyId(self.families.len() - 1)
    }

    /// An application registered itself.
    pub(crate) fn registered(&mut self, client: String, token: String) {
        self.registrations.push(Registration { client, token });
    }

    /// Changes a family.
    pub(crate) fn family<T>(&mut self, id: FamilyId, change: impl FnOnce(&mut Family) -> T) -> Option<T> {
        self.families.get_mut(id.0).map(change)
    }

    /// A copy of a family.
    pub(crate) fn copy(&self, id: FamilyId) -> Option<Family> {
        self.families.get(id.0).cloned()
    }
}

impl Family {
    /// Tokens were given.
    pub(crate) fn gave(&mut self, tokens: Tokens) {
        self.generations.push(Generation {
            tokens,
            access: End::Alive,
            refreshed: Spent::No,
        });
    }

    /// The end was asked for; until it is acknowledged both are right.
    pub(crate) fn may_have_ended(&mut self) {
        if self.end == End::Alive {
            self.end = End::Unsure;
        }
    }

    /// The tokens given last.
    pub(crate) fn newest(&mut self) -> Option<&mut Generation> {
        self.generations.last_mut()
    }

    /// The refresh token that can be exchanged next, if nobody knows of a reason against it.
    pub(crate) fn next_refresh(&self) -> Option<&str> {
        let newest = self.generations.last()?;
        (self.end == End::Alive && newest.refreshed == Spent::No)
            .then_some(newest.tokens.refresh.as_deref())
            .flatten()
    }
}
