//! Sign-in by an upstream provider: the browser is sent there and comes back, and the identity that the provider names is looked up,
//! linked, or gets an account.

mod decision;
pub(crate) mod links;
mod refusal;
pub(crate) mod waiting;

use pixie_oauth::{Params, SessionToken, StandardClaim};
use serde_json::Value;

use super::authentication::upstream::authenticated_by_upstream;
use super::sign_in::{SignInProgress, after_first_factor};
use super::{Session, SignInRefusal};
use crate::base::Base;
use crate::context::Context;
use crate::entities::Account;
use crate::events::actor::{Actor, RequestOrigin};
use crate::events::event::Event;
use crate::ids::{AccountId, CredentialId};
use crate::settings::Upstream;
use crate::store::UseOnceOutcome;
use crate::upstream::{Attempt, AttemptPurpose, Identity, authorization_address, check_issuer, identify};
use decision::{AddressOwner, Facts, Outcome, decide};
pub use refusal::UpstreamRefusal;
use waiting::Waiting;
pub use waiting::{CreatedFromIdentity, WaitingIdentity};

/// Bytes of a sealed attempt at most: browsers keep no cookie above 4096 bytes, and proxies bound the headers of an answer.
const MAX_COOKIE: usize = 3000;

/// Accounts with one address that are looked at.
const MAX_SHARING: u32 = 10;

/// The way to an upstream provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamRedirect {
    /// The address to which the browser is sent.
    pub address: String,
    /// The value for the cookie by which the answer counts in this browser only.
    pub attempt: String,
}

/// A browser that comes back from an upstream provider.
#[derive(Clone, Copy)]
pub struct UpstreamAnswer<'a> {
    /// The id of the provider, from the path.
    pub upstream: &'a str,
    /// The parameters of the answer.
    pub params: &'a Params,
    /// The value of [`UpstreamRedirect::attempt`], from this browser.
    pub attempt: Option<&'a str>,
    /// The session of the browser.
    pub session: Option<&'a Session>,
    /// The request.
    pub request: RequestOrigin<'a>,
    /// The browser's session until now; it ends if somebody signs in.
    pub replaces: Option<&'a SessionToken>,
}

/// The end of a way to an upstream provider and back.
#[derive(Debug)]
pub struct FinishedUpstream {
    /// The path to return to; empty if the answer belongs to no sign-in of this browser.
    pub next: String,
    /// `true` if the person wanted to link the identity to the account of their session.
    pub linking: bool,
    /// How it ended.
    pub outcome: Result<UpstreamOutcome, UpstreamRefusal>,
}

/// The result of an identity.
#[derive(Debug)]
pub enum UpstreamOutcome {
    /// The person of the account is signed in, or has to prove a second factor.
    SignIn(SignInProgress),
    /// The identity is linked to the account of the session.
    Linked,
    /// The identity is linked to nobody. This is the value for the cookie with which it waits: see
    /// [`crate::Provider::waiting_identity`].
    Waiting(String),
}

/// Begins a sign-in, or a link to the account of a session.
pub(crate) async fn begin(
    context: &Context,
    upstream: &str,
    next: &str,
    purpose: AttemptPurpose,
) -> Result<UpstreamRedirect, UpstreamRefusal> {
    let base = &context.base;
    let upstream = base.settings.upstream(upstream).ok_or(UpstreamRefusal::Unknown)?;
    let attempt = Attempt::new(base, upstream, next, purpose)?;
    let sealed = attempt.seal(base, &context.keys)?;
    if sealed.len() > MAX_COOKIE {
        return Err(UpstreamRefusal::TooLong);
    }
    Ok(UpstreamRedirect {
        address: authorization_address(base, &context.upstreams, upstream, &attempt).await?,
        attempt: sealed,
    })
}

/// Reads the answer of an upstream provider.
pub(crate) async fn finish(context: &Context, answer: UpstreamAnswer<'_>) -> FinishedUpstream {
    let begun = begun_here(context, answer);
    let (next, linking) = match &begun {
        Ok((_, attempt)) => (attempt.next.clone(), attempt.link.is_some()),
        Err(_) => (String::new(), false),
    };
    let outcome = match begun {
        Ok((upstream, attempt)) => try_to_finish(context, answer, upstream, &attempt).await,
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = &outcome {
        let event = Event::SignInFailed {
            outcome: refusal.into(),
        };
        context.base.happened(Actor::Anonymous(answer.request), &event);
    }
    FinishedUpstream {
        next,
        linking,
        outcome,
    }
}

/// The attempt to which an answer belongs, and its provider.
fn begun_here<'a>(
    context: &'a Context,
    answer: UpstreamAnswer<'_>,
) -> Result<(&'a Upstream, Attempt), UpstreamRefusal> {
    let base = &context.base;
    let upstream = base.settings.upstream(answer.upstream);
    let upstream = upstream.ok_or(UpstreamRefusal::Unknown)?;
    let kept = answer.attempt.unwrap_or_default();
    let attempt = Attempt::open(base, &context.keys, upstream, kept);
    let attempt = attempt.filter(|attempt| attempt.is_answered_by(answer.params.get("state")));
    Ok((upstream, attempt.ok_or(UpstreamRefusal::Ended)?))
}

async fn try_to_finish(
    context: &Context,
    answer: UpstreamAnswer<'_>,
    upstream: &Upstream,
    attempt: &Attempt,
) -> Result<UpstreamOutcome, UpstreamRefusal> {
    let base = &context.base;
    let session = linking_session(attempt, answer.session)?;
    check_issuer(base, &context.upstreams, upstream, answer.params).await?;
    let code = code(answer.params)?;
    let (upstreams, keys) = (&context.upstreams, &context.remote_keys);
    let identity = identify(base, upstreams, keys, upstream, attempt, code).await?;
    // Only now: answers that a provider has not confirmed store nothing.
    let used = base.store.use_once(attempt.to_use_once(base.now())).await?;
    if used != UseOnceOutcome::First {
        return Err(UpstreamRefusal::Ended);
    }
    let linked = links::find(base, &identity).await?;
    let facts = Facts {
        linked: linked.map(|(account, _)| account),
        linking: session.map(|session| session.account.id),
        address: address_owner(base, upstream, &identity).await?,
        create_accounts: upstream.create_accounts,
    };
    let (replaces, request) = (answer.replaces, answer.request);
    let person = match (decide(facts), linked, session) {
        (Outcome::SignIn(account), Some((_, credential)), _) => {
            let account = enabled(base, account).await?;
            let account = links::take_over_groups(base, upstream, &identity, account).await?;
            (account, credential)
        }
        (Outcome::LinkByAddress(account), ..) => {
            let account = enabled(base, account).await?;
            let credential = links::add(base, &account, &identity, request).await?;
            let account = links::take_over_groups(base, upstream, &identity, account).await?;
            (account, credential)
        }
        (Outcome::Create, ..) => links::create(context, upstream, &identity, request).await?,
        (Outcome::LinkToSession(_), _, Some(session)) => {
            links::add(base, &session.account, &identity, request).await?;
            return Ok(UpstreamOutcome::Linked);
        }
        (Outcome::LinkedBefore, ..) => return Ok(UpstreamOutcome::Linked),
        (Outcome::BelongsToSomebodyElse, ..) => return Err(UpstreamRefusal::BelongsToSomebodyElse),
        (outcome, ..) => {
            let address_is_known = outcome == Outcome::AskToSignInToLink;
            let sealed = Waiting::seal(base, &context.keys, identity, address_is_known, &attempt.next)?;
            return Ok(UpstreamOutcome::Waiting(sealed));
        }
    };
    let progress = sign_in_by(context, person, &identity, replaces, request).await?;
    Ok(UpstreamOutcome::SignIn(progress))
}

/// The session whose person asked for the link; `None` if they sign in. A session that has ended, or another one, links nothing.
fn linking_session<'a>(
    attempt: &Attempt,
    session: Option<&'a Session>,
) -> Result<Option<&'a Session>, UpstreamRefusal> {
    match attempt.link {
        Some(id) => {
            let session = session.filter(|session| session.id == id);
            session.map(Some).ok_or(UpstreamRefusal::SessionEnded)
        }
        None => Ok(None),
    }
}

/// The code of an answer that is no error (RFC 6749 section 4.1.2).
fn code(params: &Params) -> Result<&str, UpstreamRefusal> {
    match (params.get("error"), params.get("code")) {
        (Some("access_denied"), _) => Err(UpstreamRefusal::Cancelled),
        (Some(error), _) => {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            let known = error.len() <= 60 && error.bytes().all(plain);
            let error = if known { error } else { "no known code" };
            Err(UpstreamRefusal::ErrorResponse(error.to_owned()))
        }
        (None, Some(code)) => Ok(code),
        (None, None) => Err(UpstreamRefusal::ErrorResponse("no code".to_owned())),
    }
}

/// The owner of the identity's address, if the provider is trusted for it.
async fn address_owner(
    base: &Base,
    upstream: &Upstream,
    identity: &Identity,
) -> Result<AddressOwner, UpstreamRefusal> {
    let email = identity.email.as_deref();
    let Some(email) = email.filter(|email| upstream.is_trusted_for(email)) else {
        return Ok(AddressOwner::Nobody);
    };
    let accounts = base.store.find_accounts_by_email(email, MAX_SHARING).await?;
    let verified = |account: &&Account| {
        let claim = account.claims.get(StandardClaim::EmailVerified.as_str());
        claim == Some(&Value::Bool(true))
    };
    let mut proved = accounts.iter().filter(verified);
    Ok(match (proved.next(), proved.next()) {
        (Some(account), None) => AddressOwner::Proved(account.id),
        _ if accounts.is_empty() => AddressOwner::Nobody,
        _ => AddressOwner::Unproved,
    })
}

async fn enabled(base: &Base, account: AccountId) -> Result<Account, UpstreamRefusal> {
    let account = base.store.find_account(account).await?;
    let enabled = account.filter(|account| account.disabled_at.is_none());
    enabled.ok_or(UpstreamRefusal::Disabled)
}

/// Signs in the person to whose account the identity is linked. A second factor of the account is asked for.
async fn sign_in_by(
    context: &Context,
    (account, credential): (Account, CredentialId),
    identity: &Identity,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignInProgress, SignInRefusal> {
    let person = authenticated_by_upstream(account, credential, identity, context.base.now());
    after_first_factor(&context.base, &context.keys, person, replaces, request).await
}
