//! The local identifier of a person, from which every subject is made (OpenID Connect Core section 8.1).

use std::fmt;

use pixie_oauth::Subject;

use crate::ids::AccountId;

/// The local identifier of a person: the subject that their account was given, or else the account's id. It is the subject
/// of the person for clients with public subjects; it is never reassigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalSubject<'a> {
    account: AccountId,
    given: Option<&'a Subject>,
}

impl<'a> LocalSubject<'a> {
    pub(crate) fn new(account: AccountId, given: Option<&'a Subject>) -> Self {
        Self { account, given }
    }

    /// The account.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The subject that the account was given.
    pub fn given(&self) -> Option<&'a Subject> {
        self.given
    }
}

impl fmt::Display for LocalSubject<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.given {
            Some(subject) => formatter.write_str(subject.as_str()),
            None => self.account.fmt(formatter),
        }
    }
}
