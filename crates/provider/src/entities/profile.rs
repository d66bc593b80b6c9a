//! Checks of the profile and the groups of an account, whenever it is made or changed.

use pixie_oauth::{ClaimError, StandardClaim, UserClaims};
use serde_json::Value;
use thiserror::Error;

use super::account::Account;
use crate::clock::Timestamp;

/// Characters of a group's name at most.
const MAX_GROUP_LENGTH: usize = 200;

/// Groups of a person at most.
const MAX_GROUPS: usize = 200;

/// The claims and the groups of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    name: Option<String>,
    email: Option<String>,
    claims: UserClaims,
    groups: Vec<String>,
    updated_at: Option<Timestamp>,
}

/// Why a person cannot have a profile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// A claim that no person can have.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// Too many groups, or a group without a proper name.
    #[error(
        "a person is in at most 200 groups; the name of a group has 1 to 200 characters, no control characters and no \
             spaces at its ends"
    )]
    Groups,
}

impl Profile {
    /// A profile of these claims. `name` and `email` are among them, and `updated_at`, if it is known when the person last changed:
    /// without it, that claim tells when the account was changed.
    pub fn new(claims: &UserClaims) -> Self {
        let text = |claim: StandardClaim| {
            let text = claims.get(claim.as_str()).and_then(Value::as_str);
            text.filter(|text| !text.trim().is_empty()).map(str::to_owned)
        };
        let updated_at = claims.get(StandardClaim::UpdatedAt.as_str());
        Self {
            name: text(StandardClaim::Name),
            email: text(StandardClaim::Email),
            updated_at: updated_at.and_then(Value::as_i64).map(Timestamp::from_seconds),
            claims: claims.only(|claim| !has_a_field(claim)),
            groups: Vec::new(),
        }
    }

    /// The same profile with groups. Clients get them only by the rules in [`crate::Settings::claims`].
    ///
    /// # Errors
    /// More than 200 groups, or a group without a proper name.
    pub fn with_groups(self, groups: Vec<String>) -> Result<Self, ProfileError> {
        Ok(Self {
            groups: settled_groups(groups)?,
            ..self
        })
    }

    /// The account with this profile in place of the stored one.
    pub(crate) fn of(self, account: Account) -> Account {
        Account {
            name: self.name,
            email: self.email,
            claims: self.claims,
            groups: self.groups,
            updated_at: self.updated_at.unwrap_or(account.updated_at),
            ..account
        }
    }
}

/// The groups as an account has them: each once.
pub(crate) fn settled_groups(groups: Vec<String>) -> Result<Vec<String>, ProfileError> {
    let mut each_once: Vec<String> = Vec::new();
    for group in groups {
        if !is_group(&group) {
            return Err(ProfileError::Groups);
        }
        if !each_once.contains(&group) {
            each_once.push(group);
        }
    }
    if each_once.len() > MAX_GROUPS {
        return Err(ProfileError::Groups);
    }
    Ok(each_once)
}

/// Returns true if the claim is kept in a field of its own, not among the claims.
fn has_a_field(claim: &str) -> bool {
    let fields = [
        StandardClaim::Name,
        StandardClaim::Email,
        StandardClaim::UpdatedAt,
    ];
    fields.iter().any(|field| field.as_str() == claim)
}

impl Account {
    /// The account with name, e-mail address, claims and groups as they are kept: `name` and `email` have fields of their
    /// own, even if they came among the claims; a blank one is none.
    pub(crate) fn settled(mut self) -> Result<Self, ProfileError> {
        if self.claims.get(StandardClaim::UpdatedAt.as_str()).is_some() {
            return Err(ClaimError::Reserved(StandardClaim::UpdatedAt.to_string()).into());
        }
        let mut profile = Profile::new(&self.claims);
        profile = profile.with_groups(std::mem::take(&mut self.groups))?;
        if let Some(name) = self.name.take() {
            profile.name = settled_text(name, StandardClaim::Name)?;
        }
        if let Some(email) = self.email.take() {
            profile.email = settled_text(email, StandardClaim::Email)?;
        }
        Ok(profile.of(self))
    }
}

/// The text of a field; none if it is blank.
fn settled_text(text: String, claim: StandardClaim) -> Result<Option<String>, ClaimError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    claim.check(&Value::String(text.clone()))?;
    Ok(Some(text))
}

fn is_group(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= MAX_GROUP_LENGTH
        && !name.chars().any(char::is_control)
}
