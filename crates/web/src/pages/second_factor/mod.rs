//! The second factor of a sign-in: a code of an app, or a recovery code. The browser keeps the half-finished sign-in in a cookie.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{CompleteSignIn, CredentialKind, SecondFactor, SecondFactorRefusal};

use crate::cookies::Name;
use crate::form::Form;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::login;
use crate::pages::notice::Notice;
use crate::request_context::{RequestContext, own_path, with_cookie};
use crate::respond::{html, retry_after};
use crate::texts::{Text, text};
use view::SecondFactorForm;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "login/second-factor/";

/// The value of `with` in addresses and forms of the page for recovery codes.
const RECOVERY_CODE: &str = "recovery-code";

/// The form.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    show(&context, &params, StatusCode::OK, None, None).await
}

/// Completes the sign-in. A form without a code asks for the page: for another kind of code, or because the path to return to must not be
/// in an address.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let Some(code) = form.get("code") else {
        return show(&context, &form, StatusCode::OK, None, None).await;
    };
    if !context.is_current(&form, None) {
        let expired = Some(Notice::Expired);
        return show(&context, &form, StatusCode::FORBIDDEN, None, expired).await;
    }
    let next = form.get("next").unwrap_or_default();
    let cookies = context.web.cookies();
    let Some(pending) = cookies.read(&context.headers, Name::PendingSignIn) else {
        return ended(&context, next);
    };
    let replaces = cookies.session(&context.headers);
    let attempt = CompleteSignIn {
        pending,
        factor: match with_recovery_code(&form) {
            true => SecondFactor::RecoveryCode(code),
            false => SecondFactor::Totp(code),
        },
        request: context.origin(),
        device: cookies.read(&context.headers, Name::Device),
        replaces: replaces.as_ref(),
    };
    let refusal = match context.web.provider().complete_sign_in(attempt).await {
        Ok(signed_in) => {
            let response = login::signed_in(&context, &signed_in, next)?;
            return Ok(with_cookie(response, context.web.remove_cookie(Name::PendingSignIn)));
        }
        Err(refusal) => refusal,
    };
    tracing::warn!(reason = %refusal, "second factor refused");
    let (status, error, wait) = match refusal {
        SecondFactorRefusal::Ended | SecondFactorRefusal::Disabled => return ended(&context, next),
        SecondFactorRefusal::WrongCode => (StatusCode::BAD_REQUEST, text!("second-factor-wrong"), None),
        SecondFactorRefusal::SlowDown(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            text!("second-factor-slowed-down"),
            Some(seconds),
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            text!("login-unavailable"),
            Some(1),
        ),
    };
    let mut response = show(&context, &form, status, Some(error), None).await?;
    retry_after(&mut response, wait);
    Ok(response)
}

fn with_recovery_code(form: &Params) -> bool {
    form.get("with") == Some(RECOVERY_CODE)
}

/// Back to the first factor, with the reason.
fn ended(context: &RequestContext, next: &str) -> Result<Response, PageError> {
    let next = own_path(next).unwrap_or_default();
    let reason = Some(Notice::SignInEnded.word());
    let login = context.web.login_page();
    let response = onward::to_page(context, StatusCode::SEE_OTHER, &login, next, reason)?;
    Ok(with_cookie(response, context.web.remove_cookie(Name::PendingSignIn)))
}

async fn show(
    context: &RequestContext,
    form: &Params,
    status: StatusCode,
    error: Option<Text>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let next = form.get("next").and_then(own_path).unwrap_or_default();
    let web = &context.web;
    let pending = web.cookies().read(&context.headers, Name::PendingSignIn);
    let factors = match pending {
        Some(pending) => web.provider().pending_factors(pending).await?,
        None => None,
    };
    let Some(factors) = factors else {
        return ended(context, next);
    };
    let has = |kind| factors.kinds.contains(&kind);
    let with_recovery_code = with_recovery_code(form) || !has(CredentialKind::Totp);
    let (layout, cookie) = context.page(None)?;
    let view = SecondFactorForm {
        layout: layout.with_notice(notice),
        next: next.to_owned(),
        username: factors.username.as_str().to_owned(),
        with_recovery_code,
        has_other: has(CredentialKind::Totp) && has(CredentialKind::RecoveryCode),
        error,
    };
    html(web, status, cookie, &view, web.form_target(next))
}
