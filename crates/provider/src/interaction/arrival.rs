//! The arrival of a request: what has an end, such as a request object, is judged by it and not by the time at which its user has
//! filled in a page. Nothing is stored before the user has signed in. So the arrival is a parameter that travels with the request, with
//! an HMAC over both.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::Params;

use super::parameters::{ARRIVAL, sent_by_client};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::keys::Keys;

/// Seconds after the arrival during which it counts: time to create an account and to read the consent page. Later, the present
/// time counts.
const ARRIVAL_TTL: i64 = 30 * 60;

const TAG: usize = 16;
const LENGTH: usize = 1 + 8 + TAG;

/// The time at which a request came, and the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) at: Timestamp,
    /// `true` if it came in the body of a form: it may be long and may hold tokens, so that it stays out of addresses.
    pub(crate) by_form: bool,
}

impl Arrival {
    /// The time by which the end of a request object and the age of a sign-in are judged.
    pub(crate) fn judged_at(self, now: Timestamp) -> Timestamp {
        if now.since(self.at) <= ARRIVAL_TTL {
            self.at
        } else {
            now
        }
    }
}

/// The request with its arrival.
pub(crate) fn with_arrival(keys: &Keys, params: &Params, arrival: Arrival) -> Params {
    let mut payload = vec![u8::from(arrival.by_form)];
    payload.extend_from_slice(&arrival.at.seconds().to_be_bytes());
    let tag = tag_of(keys, params, &payload);
    payload.extend_from_slice(&tag);
    let mut params = params.clone();
    params.set(ARRIVAL, URL_SAFE_NO_PAD.encode(payload));
    params
}

/// The request with the note that it came in the body of a form, at this moment unless it says when.
pub(crate) fn received_by_form(base: &Base, keys: &Keys, params: &Params) -> Params {
    let at = read_arrival(keys, params).map_or_else(|| base.now(), |arrival| arrival.at);
    with_arrival(keys, params, Arrival { at, by_form: true })
}

/// The arrival of a request. One that was invented, or is that of another request, is none.
pub(crate) fn read_arrival(keys: &Keys, params: &Params) -> Option<Arrival> {
    let text = params.get(ARRIVAL)?;
    let arrival = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (payload, tag) = arrival.split_at_checked(LENGTH - TAG)?;
    let expected = tag_of(keys, params, payload);
    aws_lc_rs::constant_time::verify_slices_are_equal(&expected, tag).ok()?;
    let at = i64::from_be_bytes(payload[1..].try_into().ok()?);
    Some(Arrival {
        at: Timestamp::from_seconds(at),
        by_form: payload[0] == 1,
    })
}

fn tag_of(keys: &Keys, params: &Params, payload: &[u8]) -> [u8; TAG] {
    let request = sent_by_client(params).to_query();
    let tag = hmac::sign(&keys.purpose.arrivals, &[payload, request.as_bytes()].concat());
    let mut short = [0; TAG];
    short.copy_from_slice(&tag.as_ref()[..TAG]);
    short
}
