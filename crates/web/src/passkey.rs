//! Passkeys on pages: the request for the script, the words of refusals, and messages to password managers.

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{PasskeyAnswer, PasskeyChallenge, PasskeyRefusal, PasskeySignals};
use serde_json::{Value, json};

use crate::pages::refusal::store_error;
use crate::passkey_request::PasskeyRequest;
use crate::respond::json as json_answer;
use crate::texts::{Text, text};

impl From<PasskeyChallenge> for PasskeyRequest {
    fn from(challenge: PasskeyChallenge) -> Self {
        Self {
            options: challenge.options,
            challenge: challenge.sealed,
        }
    }
}

/// The request, for a script that asks for it.
pub(crate) fn request_in_json(challenge: &PasskeyChallenge) -> Response {
    let options: Value = serde_json::from_str(&challenge.options).unwrap_or_default();
    let body = json!({ "options": options, "challenge": challenge.sealed });
    json_answer(StatusCode::OK, body.to_string())
}

/// The answer of the browser in a form.
pub(crate) fn answer(form: &Params) -> PasskeyAnswer<'_> {
    PasskeyAnswer {
        challenge: form.get("challenge").unwrap_or_default(),
        credential: form.get("credential").unwrap_or_default(),
    }
}

/// The status of a refusal, its words, and the seconds after which to try again.
pub(crate) fn refused(refusal: &PasskeyRefusal) -> (StatusCode, Text, Option<i64>) {
    let bad = |text| (StatusCode::BAD_REQUEST, text, None);
    match refusal {
        PasskeyRefusal::Ended => bad(text!("form-passkey-ended")),
        PasskeyRefusal::Unknown => bad(text!("form-passkey-unknown")),
        PasskeyRefusal::Disabled => bad(text!("form-passkey-disabled")),
        PasskeyRefusal::Store(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            store_error(error),
            Some(error.answer().retry_after),
        ),
        PasskeyRefusal::NotOffered | PasskeyRefusal::Randomness(_) | PasskeyRefusal::Seal(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            text!("form-passkey-failed"),
            Some(1),
        ),
        _ => bad(text!("form-passkey-refused")),
    }
}

/// The message that a passkey is not known here, if that is why its answer was refused.
pub(crate) fn unknown_signal(
    relying_party_id: Option<&str>,
    refusal: &PasskeyRefusal,
    credential: &str,
) -> Option<String> {
    let credential: Value = serde_json::from_str(credential).ok()?;
    let (id, rp_id) = (credential["id"].as_str()?, relying_party_id?);
    let signal = json!({ "signalUnknownCredential": { "rpId": rp_id, "credentialId": id } });
    (*refusal == PasskeyRefusal::Unknown).then(|| signal.to_string())
}

/// The messages that tell which passkeys a person has here, and their name.
pub(crate) fn signals(about: &PasskeySignals) -> String {
    let (rp_id, user_id, name) = (&about.relying_party_id, &about.user_id, &about.username);
    json!({
        "signalAllAcceptedCredentials": {
            "rpId": rp_id, "userId": user_id, "allAcceptedCredentialIds": about.credential_ids,
        },
        "signalCurrentUserDetails": { "rpId": rp_id, "userId": user_id, "name": name, "displayName": name },
    })
    .to_string()
}
