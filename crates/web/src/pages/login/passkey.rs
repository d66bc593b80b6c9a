//! Signing in with a passkey at the login page: the request that its script asks for, and the answer.

use axum::response::Response;
use http::StatusCode;
use pixie_provider::{NewSession, PasskeyRefusal, PasskeySettings, PasskeySignIn};

use super::{Back, Message, finish, form_expired, log_refused, show};
use crate::form::Form;
use crate::kept_form::KeptForm;
use crate::page_error::PageError;
use crate::passkey;
use crate::request_context::RequestContext;
use crate::respond::json;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "login/passkey/";

/// The request, for the script of the login page. Nothing is stored.
pub(crate) async fn get(context: RequestContext) -> Response {
    match context.web.provider().passkey_challenge(None).await {
        Ok(challenge) => passkey::request_in_json(&challenge),
        Err(refusal) => {
            tracing::warn!(reason = %refusal, "no passkey can be asked for");
            json(StatusCode::SERVICE_UNAVAILABLE, "{}".to_owned())
        }
    }
}

/// Signs in.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let kept = KeptForm::in_login_form(&form);
    let back = Back::of(&form, kept.as_ref());
    if !context.is_current(&form, None) {
        return form_expired(&context, back, "").await;
    }
    let replaces = context.web.cookies().session(&context.headers);
    let attempt = PasskeySignIn {
        answer: passkey::answer(&form),
        pending: None,
        request: context.origin(),
        session: NewSession {
            replaces: replaces.as_ref(),
            persistent: form.get("persistent").is_some(),
            ..NewSession::default()
        },
    };
    match context.web.provider().sign_in_with_passkey(attempt).await {
        Ok(opened) => finish(context, &opened, back).await,
        Err(refusal) => {
            log_refused(&context, None, back.next, &refusal);
            let message = message(&context, &refusal, attempt.answer.credential);
            show(&context, back, &message, None).await
        }
    }
}

fn message<'a>(context: &RequestContext, refusal: &PasskeyRefusal, credential: &str) -> Message<'a> {
    let (status, error, retry_after) = passkey::refused(refusal);
    let passkeys = context.web.provider().settings().passkeys.as_ref();
    let id = passkeys.map(PasskeySettings::relying_party_id);
    Message {
        error: Some(error),
        retry_after,
        signals: passkey::unknown_signal(id, refusal, credential),
        ..Message::none(status)
    }
}
