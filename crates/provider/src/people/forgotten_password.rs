//! A link to choose another password, by mail, for somebody who has forgotten theirs (OWASP ASVS 6.3.8 and 6.4.3). A name that nobody has
//! gets the same answer after the same work: a mail is written and sealed for it too, and the store commits as often.

use aws_lc_rs::digest::{SHA256, digest};
use pixie_oauth::{OneTimeLink, StandardClaim};
use serde_json::Value;
use thiserror::Error;

use super::links::link_address;
use crate::base::Base;
use crate::context::Context;
use crate::entities::{Account, AccountLink, AccountLinkKind, LinkPurpose, Username};
use crate::events::actor::{Actor, RequestOrigin};
use crate::events::event::Event;
use crate::mail::MailAddress;
use crate::outbox::ComposeError;
use crate::randomness::RandomnessError;
use crate::store::{CountGuess, NewAccountLink, StoreError};

/// Seconds for which a link by mail works.
const LIFETIME: i64 = 3600;

/// Mails to an account in [`WINDOW`].
const MAX_MAILS: i64 = 3;

/// Seconds after the first request for an account after which its requests are forgotten.
const WINDOW: i64 = 3600;

/// Why a request for a link is not looked at. None of it depends on the name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ForgottenPasswordRefusal {
    /// This server sends no mail.
    #[error("this server sends no mail")]
    NoMail,
    /// Too many requests; seconds to wait.
    #[error("many links were requested just now; try again later")]
    SlowDown(i64),
    /// The mail cannot be written.
    #[error("the mail cannot be written: {0}")]
    Mail(String),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

impl From<ComposeError> for ForgottenPasswordRefusal {
    fn from(error: ComposeError) -> Self {
        Self::Mail(error.to_string())
    }
}

/// Sends a link to the person with this username, if there is one who has an address that is known to be theirs. The answer does not say
/// whether one was sent.
pub(crate) async fn request_reset_link(
    context: &Context,
    username: &str,
    request: RequestOrigin<'_>,
) -> Result<(), ForgottenPasswordRefusal> {
    let base = &context.base;
    let outbox = context.outbox.as_ref().ok_or(ForgottenPasswordRefusal::NoMail)?;
    let limit = &context.limits.forgotten_passwords;
    limit
        .take(request.address, base.now())
        .map_err(ForgottenPasswordRefusal::SlowDown)?;
    let found = find(base, username).await?;
    let requests = count(base, &bucket(username)).await?;
    let recipient = found.as_ref().and_then(|account| {
        let address = verified_address(account)?;
        (requests <= MAX_MAILS).then_some((account, address))
    });
    let token: OneTimeLink = base.random_token()?;
    let address = link_address(base, AccountLinkKind::Reset, &token);
    let to = recipient.as_ref().map(|(account, address)| (*account, address));
    let mail = outbox.reset_link(to, &address, LIFETIME)?;
    let Some((account, _)) = recipient else {
        // One commit more, as with a link.
        count(base, &bucket("")).await?;
        return Ok(());
    };
    let link = AccountLink {
        purpose: LinkPurpose::Reset {
            account: account.id,
            removes_factors: false,
        },
        uses_left: 1,
        made_by: None,
        made_at: base.now(),
        ends_at: base.now().plus(LIFETIME),
    };
    let event = Event::ResetLinkMade {
        account: account.id,
        removes_factors: false,
        expires_at: link.ends_at,
    };
    let actor = Actor::Anonymous(request);
    let stored = base.stored_event(actor, &event);
    let new = NewAccountLink {
        hash: token.hash(),
        link,
        replaces: false,
        mail: Some(mail),
    };
    if base.store.insert_account_link(new, stored).await? {
        outbox.wake();
        base.happened(actor, &event);
    }
    Ok(())
}

async fn find(base: &Base, username: &str) -> Result<Option<Account>, StoreError> {
    let Ok(name) = Username::parse(username) else {
        return Ok(None);
    };
    let found = base.store.find_account_by_name(&name).await?;
    Ok(found.filter(|account| account.disabled_at.is_none()))
}

async fn count(base: &Base, bucket: &[u8; 32]) -> Result<i64, StoreError> {
    let guess = CountGuess {
        bucket: *bucket,
        now: base.now(),
        window: WINDOW,
    };
    Ok(base.store.count_guess(guess).await?.count)
}

/// The address of an account, if somebody vouches that it is its person's. A link that opens the account goes to no other.
fn verified_address(account: &Account) -> Option<MailAddress> {
    let verified = account.claims.get(StandardClaim::EmailVerified.as_str()) == Some(&Value::Bool(true));
    let address = account.email.as_deref().filter(|_| verified)?;
    MailAddress::parse(address).ok()
}

/// Every spelling that leads to an account is that account.
fn bucket(username: &str) -> [u8; 32] {
    let key = Username::parse(username).map_or_else(|_| username.to_lowercase(), |name| name.key());
    let mut bucket = [0; 32];
    bucket.copy_from_slice(digest(&SHA256, format!("forgotten password {key}").as_bytes()).as_ref());
    bucket
}
