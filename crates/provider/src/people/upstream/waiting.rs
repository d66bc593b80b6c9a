//! An identity that is linked to nobody yet: its person signs in to their account and links it, or makes an account. The browser
//! keeps it, sealed, for some minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::links;
use super::refusal::UpstreamRefusal;
use super::sign_in_by;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::events::actor::RequestOrigin;
use crate::keys::Keys;
use crate::people::{Session, SignInProgress};
use crate::seal::SealError;
use crate::settings::Upstream;
use crate::upstream::Identity;

use pixie_oauth::SessionToken;

/// Seconds in which the person has to sign in.
const TTL: i64 = 20 * 60;

const CONTEXT: &[u8] = b"waiting identity";

/// An identity that waits for its link.
#[derive(Serialize, Deserialize)]
pub(super) struct Waiting {
    identity: Identity,
    address_is_known: bool,
    next: String,
    at: i64,
}

/// An identity that waits for its link, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingIdentity {
    /// The name of the provider.
    pub upstream_name: String,
    /// The text by which the person recognises the identity: an address, or a name.
    pub label: String,
    /// `true` if an account has the address.
    pub address_is_known: bool,
    /// `true` if the person may make an account instead.
    pub may_create: bool,
    /// The path to return to.
    pub next: String,
}

/// The end of a sign-in whose path to return to was kept.
#[derive(Debug)]
pub struct CreatedFromIdentity {
    /// How far the sign-in is.
    pub progress: SignInProgress,
    /// The path to return to.
    pub next: String,
}

impl Waiting {
    /// The value for the cookie.
    pub(super) fn seal(
        base: &Base,
        keys: &Keys,
        identity: Identity,
        address_is_known: bool,
        next: &str,
    ) -> Result<String, SealError> {
        let waiting = Self {
            identity,
            address_is_known,
            next: next.to_owned(),
            at: base.now().seconds(),
        };
        let text = serde_json::to_vec(&waiting).unwrap_or_default();
        let sealed = keys.purpose.upstream.seal(&text, CONTEXT, &*base.randomness)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The identity that a browser kept, and its provider; `None` if it was not sealed here, is too old, or the provider is gone.
    fn open<'a>(base: &'a Base, keys: &Keys, sealed: &str) -> Option<(Self, &'a Upstream)> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let text = keys.purpose.upstream.open(&sealed, CONTEXT)?;
        let waiting: Self = serde_json::from_slice(&text).ok()?;
        let age = base.now().since(Timestamp::from_seconds(waiting.at));
        let upstream = base.settings.upstream(&waiting.identity.upstream)?;
        (0..TTL).contains(&age).then_some((waiting, upstream))
    }

    /// `true` if the person may make an account although somebody has their address: that one may have typed it.
    fn may_create(&self, upstream: &Upstream) -> bool {
        upstream.create_accounts && self.address_is_known
    }
}

pub(crate) fn waiting_identity(base: &Base, keys: &Keys, sealed: &str) -> Option<WaitingIdentity> {
    let (waiting, upstream) = Waiting::open(base, keys, sealed)?;
    Some(WaitingIdentity {
        upstream_name: upstream.name.clone(),
        label: waiting.identity.label().to_owned(),
        address_is_known: waiting.address_is_known,
        may_create: waiting.may_create(upstream),
        next: waiting.next,
    })
}

/// Links the identity to the account of a session, and gives the path to return to.
pub(crate) async fn link_waiting(
    base: &Base,
    keys: &Keys,
    session: &Session,
    request: RequestOrigin<'_>,
    sealed: &str,
) -> Result<String, UpstreamRefusal> {
    let (waiting, _) = Waiting::open(base, keys, sealed).ok_or(UpstreamRefusal::Ended)?;
    let account = &session.account;
    match links::find(base, &waiting.identity).await? {
        None => drop(links::add(base, account, &waiting.identity, request).await?),
        Some((linked, _)) if linked == account.id => {}
        Some(_) => return Err(UpstreamRefusal::BelongsToSomebodyElse),
    }
    Ok(waiting.next)
}

/// Makes an account for the identity.
pub(crate) async fn create_from_waiting(
    context: &Context,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
    sealed: &str,
) -> Result<CreatedFromIdentity, UpstreamRefusal> {
    let (base, keys) = (&context.base, &context.keys);
    let (waiting, upstream) = Waiting::open(base, keys, sealed).ok_or(UpstreamRefusal::Ended)?;
    if !waiting.may_create(upstream) || links::find(base, &waiting.identity).await?.is_some() {
        return Err(UpstreamRefusal::Ended);
    }
    let (account, credential) = links::create(context, upstream, &waiting.identity, request).await?;
    let progress = sign_in_by(
        context,
        (account, credential),
        &waiting.identity,
        replaces,
        request,
    )
    .await?;
    Ok(CreatedFromIdentity {
        progress,
        next: waiting.next,
    })
}
