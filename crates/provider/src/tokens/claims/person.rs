//! The claims of a user: the account's own claims and those that the rules of the configuration make of them.

use std::collections::BTreeSet;

use pixie_oauth::{Scope, StandardClaim};
use serde_json::{Value, json};

use crate::entities::Account;
use crate::settings::{ClaimRule, ClaimSource};

/// A person in the eyes of clients.
pub(super) struct Person<'a> {
    account: &'a Account,
    rules: &'a [ClaimRule],
}

impl<'a> Person<'a> {
    pub(super) fn new(account: &'a Account, rules: &'a [ClaimRule]) -> Self {
        Self { account, rules }
    }

    /// One claim, by its name with or without language: by the rules of the scopes for which this holds, and where it
    /// holds for the standard claim's own, from the account.
    pub(super) fn claim_of(&self, name: &str, holds: impl Fn(&str) -> bool) -> Option<Value> {
        let own = StandardClaim::named(split(name).0).is_some_and(|claim| holds(claim.scope()));
        self.claim_by(name, &|rule| holds(rule.scope()), own)
    }

    /// A claim in every language, as far as a scope asks for it: by the rules of that scope, and where it is the
    /// standard claim's own, from the account.
    pub(super) fn claim_in_scope(&self, name: &str, scope: &Scope) -> Vec<(String, Value)> {
        let own = StandardClaim::named(name).is_some_and(|claim| scope.has(claim.scope()));
        let value = |name: String| {
            let value = self.claim_by(&name, &|rule| scope.has(rule.scope()), own)?;
            Some((name, value))
        };
        let translated = self.languages().into_iter();
        let names = translated.map(|language| format!("{name}#{language}"));
        std::iter::once(name.to_owned())
            .chain(names)
            .filter_map(value)
            .collect()
    }

    fn claim_by(&self, name: &str, applies: &dyn Fn(&ClaimRule) -> bool, own: bool) -> Option<Value> {
        let (base, language) = split(name);
        let standard = StandardClaim::named(base);
        let verified = match standard {
            Some(StandardClaim::EmailVerified) => Some(StandardClaim::Email),
            Some(StandardClaim::PhoneNumberVerified) => Some(StandardClaim::PhoneNumber),
            _ => None,
        };
        // Whether something is verified says nothing if it is not known.
        if let Some(verified) = verified {
            self.claim_by(verified.as_str(), &|_| true, true)?;
        }
        let mapped = self
            .rules
            .iter()
            .filter(|rule| rule.name() == base && applies(rule))
            .find_map(|rule| self.mapped(rule.source(), language));
        let value = match mapped {
            Some(value) => value,
            None if own && standard.is_some() => self.account_claim(name)?,
            None => return None,
        };
        standard
            .is_none_or(|claim| claim.check(&value).is_ok())
            .then_some(value)
    }

    fn mapped(&self, source: &ClaimSource, language: Option<&str>) -> Option<Value> {
        match (source, language) {
            (ClaimSource::Account(claim), None) => self.account_claim(claim),
            (ClaimSource::Account(claim), Some(language)) => {
                self.account_claim(&format!("{claim}#{language}"))
            }
            (_, Some(_)) => None,
            (ClaimSource::Constant(value), None) => Some(value.clone()),
            (ClaimSource::Member { of, value }, None) => {
                let member = self.account.groups.iter().any(|group| of.contains(group));
                member.then(|| value.clone())
            }
            (ClaimSource::Groups { among }, None) => {
                let listed = |group: &&String| among.as_ref().is_none_or(|among| among.contains(group));
                let groups: Vec<_> = self.account.groups.iter().filter(listed).collect();
                (!groups.is_empty()).then(|| json!(groups))
            }
        }
    }

    /// A claim of the account.
    fn account_claim(&self, name: &str) -> Option<Value> {
        let account = self.account;
        let kept = || account.claims.get(name).cloned();
        match StandardClaim::named(name) {
            Some(StandardClaim::Name) => account.name.clone().map(Value::String),
            Some(StandardClaim::Email) => account.email.clone().map(Value::String),
            Some(StandardClaim::PreferredUsername) => {
                kept().or_else(|| Some(json!(account.username.as_str())))
            }
            Some(StandardClaim::UpdatedAt) => Some(json!(account.updated_at.seconds())),
            Some(StandardClaim::EmailVerified | StandardClaim::PhoneNumberVerified) => {
                kept().or(Some(Value::Bool(false)))
            }
            _ => kept(),
        }
    }

    /// The languages in which anything is known.
    fn languages(&self) -> BTreeSet<&str> {
        let names = self.account.claims.iter().map(|(name, _)| name);
        names.filter_map(|name| split(name).1).collect()
    }
}

/// A claim's name and the language behind `#` (section 5.2).
fn split(name: &str) -> (&str, Option<&str>) {
    match name.split_once('#') {
        Some((base, language)) => (base, Some(language)),
        None => (name, None),
    }
}
