//! The interaction proof: it shows that a page for this request was shown before, so that the user sees it once (OpenID
//! Connect Core section 3.1.2.3). Nothing is stored before the user has signed in. So the proof is a URL parameter,
//! bound to the request, to the session at that time and to the time.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::Params;

use super::parameters::{PROOF, sent_by_client};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::keys::Keys;
use crate::keys::PurposeKeys;
use crate::people::Session;

/// Seconds for which a sign-in fulfils the request that required it: time to read the consent page. A URL that was kept for
/// longer requires another sign-in.
const SIGN_IN_TTL: i64 = 15 * 60;

const DIGEST: usize = 16;
const TAG: usize = 16;
const LENGTH: usize = 1 + 8 + DIGEST + TAG;

/// The steps that the proof of a request shows as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proven {
    /// Somebody has signed in since this request was first seen, and not long ago.
    pub(crate) signed_in: bool,
    /// The user has chosen this account.
    pub(crate) chosen: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Statement {
    /// The user was sent to a page.
    PageShown = 1,
    /// The user chose to go on with the session of this browser.
    Chosen = 2,
}

/// The request with a proof that its user is sent to a page now, in this session or without one.
pub(crate) fn with_page_proof(
    base: &Base,
    keys: &Keys,
    params: &Params,
    session: Option<&Session>,
) -> Params {
    with_proof(base, keys, params, session, Statement::PageShown)
}

/// The request with a proof that its user chose this session's account now.
pub(crate) fn with_choice_proof(base: &Base, keys: &Keys, params: &Params, session: &Session) -> Params {
    with_proof(base, keys, params, Some(session), Statement::Chosen)
}

/// Reads the proof of a request. An invented proof, or the proof of another request, shows nothing.
pub(crate) fn read_proof(base: &Base, keys: &Keys, params: &Params, session: Option<&Session>) -> Proven {
    let proof = params
        .get(PROOF)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let (Some(proof), Some(session)) = (proof.filter(|proof| proof.len() == LENGTH), session) else {
        return Proven::default();
    };
    let (payload, tag) = proof.split_at(LENGTH - TAG);
    let expected = tag_of(&keys.purpose, params, payload);
    if aws_lc_rs::constant_time::verify_slices_are_equal(&expected, tag).is_err() {
        return Proven::default();
    }
    let same_session = payload[9..] == digest(Some(session));
    let at = payload[1..9].try_into().map_or(i64::MAX, i64::from_be_bytes);
    let since = session.authenticated_at >= Timestamp::from_seconds(at);
    let lately = base.now().since(session.authenticated_at) <= SIGN_IN_TTL;
    Proven {
        signed_in: payload[0] == Statement::PageShown as u8 && !same_session && since && lately,
        chosen: payload[0] == Statement::Chosen as u8 && same_session,
    }
}

fn with_proof(
    base: &Base,
    keys: &Keys,
    params: &Params,
    session: Option<&Session>,
    statement: Statement,
) -> Params {
    let mut payload = vec![statement as u8];
    payload.extend_from_slice(&base.now().seconds().to_be_bytes());
    payload.extend_from_slice(&digest(session));
    let tag = tag_of(&keys.purpose, params, &payload);
    payload.extend_from_slice(&tag);
    let mut params = params.clone();
    params.set(PROOF, URL_SAFE_NO_PAD.encode(payload));
    params
}

fn tag_of(keys: &PurposeKeys, params: &Params, payload: &[u8]) -> [u8; TAG] {
    let request = sent_by_client(params).to_query();
    let tag = hmac::sign(&keys.interaction, &[payload, request.as_bytes()].concat());
    let mut short = [0; TAG];
    short.copy_from_slice(&tag.as_ref()[..TAG]);
    short
}

/// A digest that differs for each sign-in and reveals nothing about it.
fn digest(session: Option<&Session>) -> [u8; DIGEST] {
    let mut short = [0; DIGEST];
    if let Some(session) = session {
        let whole = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, session.sign_in.as_bytes());
        short.copy_from_slice(&whole.as_ref()[..DIGEST]);
    }
    short
}
