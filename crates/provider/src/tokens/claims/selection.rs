//! Claims about users: the selection that a client gets, by scope and one by one (OpenID Connect Core sections 5.1 to
//! 5.5).

use std::collections::BTreeMap;

use pixie_oauth::{ClaimRequest, Scope, StandardClaim};
use serde_json::{Map, Value};

use super::person::Person;
use crate::entities::{Account, Client};
use crate::scopes::rule as scope_rule;
use crate::settings::{ClaimRule, Settings};

/// The claims that a client may get.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    /// The client that requests the claims.
    pub(crate) client: &'a Client,
    /// The granted scopes whose claims are released.
    pub(crate) scope: &'a Scope,
    /// The claims asked for one by one.
    pub(crate) requested: &'a BTreeMap<String, ClaimRequest>,
}

/// The claims that a client gets: the claims of the granted scopes in every language there is, and of those requested
/// one by one the ones that exist and have the requested value, as the scopes make them that the client may request.
/// Nothing is `null` or empty; what the server itself sets, `sub` first of all, is not among them.
pub(crate) fn claims_about(
    settings: &Settings,
    account: &Account,
    selection: Selection<'_>,
) -> Map<String, Value> {
    let Selection {
        client,
        scope,
        requested,
    } = selection;
    let person = Person::new(account, &settings.claims);
    let mut claims = Map::new();
    for name in names(settings).filter(|name| scopes_of(settings, name).any(|of| scope.has(of))) {
        let values = person.claim_in_scope(name, scope).into_iter();
        claims.extend(values);
    }
    for (name, request) in requested {
        let value = person.claim_of(name, |of| scope_rule::may_ask(client, &settings.scopes, of));
        if let Some(value) = value.filter(|value| request.accepts(value)) {
            claims.insert(name.clone(), value);
        }
    }
    claims
}

/// The claims that a client may ask for one by one: those of the scopes that it may ask for. Others are ignored, as
/// claims are that nobody knows (section 5.5).
pub(crate) fn askable(
    settings: &Settings,
    client: &Client,
    requested: &BTreeMap<String, ClaimRequest>,
) -> BTreeMap<String, ClaimRequest> {
    let may_ask = |name: &str| {
        scopes_of(settings, base(name)).any(|scope| scope_rule::may_ask(client, &settings.scopes, scope))
    };
    let selection = requested.iter().filter(|(name, _)| may_ask(name));
    selection
        .map(|(name, request)| (name.clone(), request.clone()))
        .collect()
}

/// The scopes whose descriptions tell a person what is said about them if a client asks for claims one by one.
pub(crate) fn described_by(
    settings: &Settings,
    client: &Client,
    requested: &BTreeMap<String, ClaimRequest>,
) -> Scope {
    let of = |name: &String| {
        let mut scopes = scopes_of(settings, base(name));
        scopes
            .find(|scope| scope_rule::may_ask(client, &settings.scopes, scope))
            .map(str::to_owned)
    };
    let scopes: Vec<String> = requested.keys().filter_map(of).collect();
    Scope::parse(&scopes.join(" ")).unwrap_or_default()
}

/// The names of all claims about users that can be released, for `claims_supported`.
pub(crate) fn names(settings: &Settings) -> impl Iterator<Item = &str> {
    let standard = StandardClaim::ALL.iter().map(|claim| claim.as_str());
    let mapped = settings.claims.iter().enumerate().filter(|(index, rule)| {
        let before = &settings.claims[..*index];
        StandardClaim::named(rule.name()).is_none() && before.iter().all(|other| other.name() != rule.name())
    });
    standard.chain(mapped.map(|(_, rule)| rule.name()))
}

/// The scopes that ask for a claim, by its name without language.
fn scopes_of<'a>(settings: &'a Settings, name: &'a str) -> impl Iterator<Item = &'a str> {
    let standard = StandardClaim::named(name).map(StandardClaim::scope);
    let rules = settings.claims.iter().filter(move |rule| rule.name() == name);
    rules.map(ClaimRule::scope).chain(standard)
}

fn base(name: &str) -> &str {
    name.split_once('#').map_or(name, |(base, _)| base)
}

#[cfg(test)]
mod tests;
