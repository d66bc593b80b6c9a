//! What the person was asked before, so that they are asked once: a request comes back from the login page with a proof
//! that it was there (OpenID Connect Core section 3.1.2.3). Nothing is stored before somebody has signed in, so that the
//! proof travels in the address, bound to the request, to the session of then and to the time.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::Params;

use crate::base::Base;
use crate::clock::Timestamp;
use crate::keys::Keys;
use crate::keys::PurposeKeys;
use crate::people::Session;

/// The parameter that carries the proof. It is ours: clients do not send it.
const PARAMETER: &str = "pixie_asked";

/// Seconds for which a sign-in answers the request that asked for it: time to read the consent page, and no second answer
/// to an address that was kept.
const ANSWERS_FOR: i64 = 15 * 60;

const DIGEST: usize = 16;
const TAG: usize = 16;
const LENGTH: usize = 1 + 8 + DIGEST + TAG;

/// What became of asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answered {
    /// Somebody has signed in since this request was first seen, and not long ago.
    pub(crate) signed_in: bool,
    /// The person has said that this is the account to use.
    pub(crate) chosen: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// The person was sent to a page.
    Asked = 1,
    /// The person chose to go on with the session they have.
    Chosen = 2,
}

/// The request with a proof that its person was asked now, in this session or in none.
pub(crate) fn with_page_proof(
    base: &Base,
    keys: &Keys,
    params: &Params,
    session: Option<&Session>,
) -> Params {
    with_proof(base, keys, params, session, What::Asked)
}

pub(crate) fn having_chosen(base: &Base, keys: &Keys, params: &Params, session: &Session) -> Params {
    with_proof(base, keys, params, Some(session), What::Chosen)
}

/// What the proof in a request shows. One that was invented or belongs to another request shows nothing.
pub(crate) fn answered(base: &Base, keys: &Keys, params: &Params, session: Option<&Session>) -> Answered {
    let proof = params
        .get(PARAMETER)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let (Some(proof), Some(session)) = (proof.filter(|proof| proof.len() == LENGTH), session) else {
        return Answered::default();
    };
    let (said, tag) = proof.split_at(LENGTH - TAG);
    let expected = tag_of(&keys.purpose, params, said);
    if aws_lc_rs::constant_time::verify_slices_are_equal(&expected, tag).is_err() {
        return Answered::default();
    }
    let same_session = said[9..] == digest(Some(session));
    let at = said[1..9].try_into().map_or(i64::MAX, i64::from_be_bytes);
    let since = session.authenticated_at >= Timestamp::from_seconds(at);
    let lately = base.now().since(session.authenticated_at) <= ANSWERS_FOR;
    Answered {
        signed_in: said[0] == What::Asked as u8 && !same_session && since && lately,
        chosen: said[0] == What::Chosen as u8 && same_session,
    }
}

fn with_proof(base: &Base, keys: &Keys, params: &Params, session: Option<&Session>, what: What) -> Params {
    let mut said = vec![what as u8];
    said.extend_from_slice(&base.now().seconds().to_be_bytes());
    said.extend_from_slice(&digest(session));
    let tag = tag_of(&keys.purpose, params, &said);
    said.extend_from_slice(&tag);
    let mut params = params.clone();
    params.set(PARAMETER, URL_SAFE_NO_PAD.encode(said));
    params
}

fn tag_of(keys: &PurposeKeys, params: &Params, said: &[u8]) -> [u8; TAG] {
    let mut bare = params.clone();
    bare.remove(PARAMETER);
    let tag = hmac::sign(&keys.asked, &[said, bare.to_query().as_bytes()].concat());
    let mut short = [0; TAG];
    short.copy_from_slice(&tag.as_ref()[..TAG]);
    short
}

/// Tells one sign-in from another without telling anything about it.
fn digest(session: Option<&Session>) -> [u8; DIGEST] {
    let mut short = [0; DIGEST];
    if let Some(session) = session {
        let whole = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, session.sign_in.as_bytes());
        short.copy_from_slice(&whole.as_ref()[..DIGEST]);
    }
    short
}
