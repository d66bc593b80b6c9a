//! The scope that a request gets (RFC 6749 section 3.3).

use pixie_oauth::Scope;
use thiserror::Error;

use crate::entities::Client;
use crate::scopes::known::Scopes;

/// Why a scope is not given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScopeRefusal {
    /// Characters that a scope does not have.
    #[error("scope has characters that scopes do not have")]
    Malformed,
    /// The server has none of the scopes asked for; the first of them.
    #[error("there is no scope {0}")]
    Unknown(String),
    /// The client's registration does not list it.
    #[error("this client may not ask for the scope {0}")]
    NotForClient(String),
    /// Nothing was asked for and nothing is given by default.
    #[error("no scope was asked for, and this client has no default scope")]
    Empty,
    /// More than was granted before (RFC 6749 section 6).
    #[error("the scope {0} was not granted originally; scope can only narrow")]
    Widened(String),
}

/// The scope asked for, or the default if none was, if the client may have all of it. Scopes that the server does not know
/// are left out (OpenID Connect Core section 3.1.2.1); the answer tells what was granted.
pub(crate) fn granted(
    requested: Option<&str>,
    client: &Client,
    scopes: &Scopes,
) -> Result<Scope, ScopeRefusal> {
    let requested = match requested {
        Some(text) => Scope::parse(text).map_err(|_| ScopeRefusal::Malformed)?,
        None => default_of(client, scopes),
    };
    if requested.is_empty() {
        return Err(ScopeRefusal::Empty);
    }
    let known = known(requested, scopes)?;
    known.iter().try_for_each(|token| check(token, client, scopes))?;
    Ok(known)
}

/// The part of a requested scope that the server knows; refused if nothing is left of it.
fn known(requested: Scope, scopes: &Scopes) -> Result<Scope, ScopeRefusal> {
    if requested.iter().all(|token| scopes.has(token)) {
        return Ok(requested);
    }
    let known = requested.only(|token| scopes.has(token));
    match requested.iter().next() {
        Some(first) if known.is_empty() => Err(ScopeRefusal::Unknown(first.to_owned())),
        _ => Ok(known),
    }
}

/// The scope of a refreshed token: what was granted, or the part of it that is asked for; without what the client may no
/// longer ask for.
pub(crate) fn narrowed(
    requested: Option<&str>,
    original: &Scope,
    client: &Client,
    scopes: &Scopes,
) -> Result<Scope, ScopeRefusal> {
    let requested = Scope::parse(requested.unwrap_or_default()).map_err(|_| ScopeRefusal::Malformed)?;
    let requested = known(requested, scopes)?;
    if let Some(token) = requested.iter().find(|token| !original.has(token)) {
        return Err(ScopeRefusal::Widened(token.to_owned()));
    }
    if !requested.is_empty() {
        requested
            .iter()
            .try_for_each(|token| check(token, client, scopes))?;
        return Ok(requested);
    }
    let left = original.only(|token| check(token, client, scopes).is_ok());
    match original.iter().next() {
        Some(lost) if left.is_empty() => Err(ScopeRefusal::NotForClient(lost.to_owned())),
        _ => Ok(left),
    }
}

/// Requires a known scope that the client may request.
fn check(token: &str, client: &Client, scopes: &Scopes) -> Result<(), ScopeRefusal> {
    if scopes.has(token) && may_ask(client, scopes, token) {
        Ok(())
    } else {
        Err(ScopeRefusal::NotForClient(token.to_owned()))
    }
}

/// The scope of a client that requests none: its own default, or the part of the server's default that it may request. A
/// client whose list has nothing of that default gets its list, without the scopes of OpenID Connect, which nobody gets
/// without a request.
pub(crate) fn default_of(client: &Client, scopes: &Scopes) -> Scope {
    if let Some(own) = &client.default_scope {
        return own.clone();
    }
    let default = scopes
        .default_scope()
        .only(|token| may_ask(client, scopes, token));
    match &client.scope {
        Some(own) if default.is_empty() => own.only(|token| scopes.may_be_default(token)),
        _ => default,
    }
}

/// `true` if a client may ask for a scope.
pub(crate) fn may_ask(client: &Client, scopes: &Scopes, token: &str) -> bool {
    client
        .scope
        .as_ref()
        .map_or_else(|| scopes.is_public(token), |own| own.has(token))
}

#[cfg(test)]
mod tests;
