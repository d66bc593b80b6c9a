//! Consent forms: each that is shown is another one, and gives one answer, however often it is sent (a double click, the back
//! button). Nothing is stored until it is answered.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::{AuthorizationCode, Params};

use super::parameters::FORM;
use super::step::Decision;
use crate::base::Base;
use crate::keys::Keys;
use crate::people::Session;
use crate::randomness::{RandomnessError, bytes};
use crate::store::{StoreError, UseOnce, UseOnceOutcome};

/// Random bytes of a form.
const RANDOM: usize = 16;

/// A consent form that was sent.
pub(crate) struct ConsentForm {
    /// The time at which it was shown, in milliseconds since 1970; `None` if the form is not one that this server made.
    shown_at: Option<i64>,
    used: [u8; 32],
    code: AuthorizationCode,
}

/// The request for the form of a consent page that is shown now.
pub(crate) fn for_new_form(base: &Base, params: &Params) -> Result<Params, RandomnessError> {
    let random: [u8; RANDOM] = bytes(&*base.randomness)?;
    let mut form = base.milliseconds().to_be_bytes().to_vec();
    form.extend_from_slice(&random);
    let mut params = params.clone();
    params.set(FORM, URL_SAFE_NO_PAD.encode(form));
    Ok(params)
}

/// Takes away what makes the form of a consent page another one: a request goes to other pages without it.
pub(crate) fn without_form(params: &mut Params) {
    params.remove(FORM);
}

/// Returns `true` if the request is that of a form.
pub(crate) fn has_form(params: &Params) -> bool {
    params.get(FORM).is_some()
}

impl ConsentForm {
    /// The form that this request came with, in this session.
    pub(crate) fn sent(base: &Base, keys: &Keys, params: &Params, session: &Session) -> Self {
        let shown_at = params.get(FORM).and_then(shown_at);
        let request = params.to_query();
        let tag = |purpose: &[u8]| {
            let form = [purpose, session.id.as_uuid().as_bytes(), request.as_bytes()].concat();
            let mut whole = [0; 32];
            whole.copy_from_slice(hmac::sign(&keys.purpose.consent_forms, &form).as_ref());
            whole
        };
        Self {
            used: tag(b"used"),
            code: AuthorizationCode::new(shown_at.unwrap_or_else(|| base.milliseconds()), &tag(b"code")),
            shown_at,
        }
    }

    /// `true` if the form was shown on a page, and can still be answered: as long as a session lasts.
    pub(crate) fn is_answerable(&self, base: &Base) -> bool {
        let lifetime = base
            .settings
            .lifetimes
            .max_session()
            .absolute
            .saturating_mul(1000);
        self.shown_at
            .is_none_or(|shown_at| base.milliseconds().saturating_sub(shown_at) < lifetime)
    }

    /// `true` if a page of this server showed it.
    pub(crate) fn was_shown(&self) -> bool {
        self.shown_at.is_some()
    }

    /// Uses the form up, unless it was answered before.
    pub(crate) async fn answer(&self, base: &Base, decision: Decision) -> Result<UseOnceOutcome, StoreError> {
        let now = base.now();
        let command = UseOnce {
            hash: self.used,
            denied: !decision.allows(),
            now,
            expires_at: now.plus(base.settings.lifetimes.max_session().absolute),
        };
        base.store.use_once(command).await
    }

    /// The code with which it is answered: the same each time that the form is sent.
    pub(crate) fn code(self) -> AuthorizationCode {
        self.code
    }
}

fn shown_at(form: &str) -> Option<i64> {
    let form = URL_SAFE_NO_PAD.decode(form).ok()?;
    let (time, random) = form.split_first_chunk()?;
    (random.len() == RANDOM).then(|| i64::from_be_bytes(*time))
}
