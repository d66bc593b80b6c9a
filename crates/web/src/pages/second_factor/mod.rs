//! The second factor of a sign-in, or of a session that steps up: a code of an app, or a recovery code. The browser keeps the
//! half-finished sign-in in a cookie.

#[cfg(feature = "passkeys")]
mod passkey;
pub(crate) mod view;

use std::fmt::Display;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{CompleteSignIn, CredentialKind, SecondFactor, SecondFactorRefusal, Session, SignedIn};

use crate::cookies::Name;
use crate::device_name;
use crate::form::Form;
use crate::kept_form::KeptForm;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::enrolment;
use crate::pages::login::{self, Back};
use crate::pages::moment::in_words;
use crate::pages::notice::Notice;
use crate::pages::refusal::store_error;
use crate::request_context::{RequestContext, own_path, with_cookie};
use crate::respond::{html, retry_after};
use crate::texts::{Text, text};
use view::SecondFactorForm;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "login/second-factor/";

/// The reason in the address of the page if it goes on with the session of the browser: the first factor is not asked for again.
pub(crate) const STEP_UP: &str = "second-factor";

/// The value of `with` in forms of the page for recovery codes.
const RECOVERY_CODE: &str = "recovery-code";

/// The state of the page.
struct Page<'a> {
    status: StatusCode,
    back: Back<'a>,
    with_recovery_code: bool,
    remember: bool,
    error: Option<Text>,
    notice: Option<Notice>,
}

impl<'a> Page<'a> {
    fn asking(form: &'a Params, back: Back<'a>) -> Self {
        Self {
            status: StatusCode::OK,
            back,
            with_recovery_code: form.get("with") == Some(RECOVERY_CODE),
            remember: form.get("remember").is_some(),
            error: None,
            notice: None,
        }
    }
}

/// Asks for the second factor of a sign-in whose first was just proved. A form that waits for the sign-in is on the page itself.
pub(crate) async fn ask(
    context: &RequestContext,
    pending: &str,
    back: Back<'_>,
) -> Result<Response, PageError> {
    if back.kept.is_none() {
        return go_on_at(context, PAGE, pending, back);
    }
    let response = show(context, Some(pending), Page::asking(&Params::default(), back)).await?;
    let cookie = context.web.set_cookie(Name::PendingSignIn, pending);
    Ok(with_cookie(response, cookie))
}

/// Sends the browser to the page on which a half-finished sign-in goes on.
pub(crate) fn go_on_at(
    context: &RequestContext,
    page: &str,
    pending: &str,
    back: Back<'_>,
) -> Result<Response, PageError> {
    let next = own_path(back.next).unwrap_or_default();
    let page = context.web.path(page);
    let response = onward::to_page(context, StatusCode::SEE_OTHER, &page, next, None)?;
    let cookie = context.web.set_cookie(Name::PendingSignIn, pending);
    Ok(with_cookie(response, cookie))
}

/// The answer to somebody who has completed a half-finished sign-in.
pub(crate) async fn finish(
    context: RequestContext,
    opened: &SignedIn,
    back: Back<'_>,
) -> Result<Response, PageError> {
    let cookie = context.web.remove_cookie(Name::PendingSignIn);
    Ok(with_cookie(login::finish(context, opened, back).await?, cookie))
}

/// The form.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let back = Back::of(&params, None);
    ask_for_code(&context, &params, back).await
}

async fn ask_for_code(
    context: &RequestContext,
    params: &Params,
    back: Back<'_>,
) -> Result<Response, PageError> {
    let page = Page::asking(params, back);
    if params.get("reason") != Some(STEP_UP) {
        return show(context, sent(context), page).await;
    }
    let Some(session) = context.session().await? else {
        return ended(context, back.next);
    };
    let pending = context.web.provider().begin_step_up(&session);
    let pending = pending.map_err(|error| PageError::Unavailable(error.to_string()))?;
    let factors = context.web.provider().pending_factors(&pending).await?;
    if factors.is_some_and(|factors| factors.kinds.is_empty()) {
        return enrol(context, &session, &pending, back).await;
    }
    let response = show(context, Some(&pending), page).await?;
    let cookie = context.web.set_cookie(Name::PendingSignIn, &pending);
    Ok(with_cookie(response, cookie))
}

/// Asks the person of a session to add a second factor; first to sign in again, if they did so some time ago.
async fn enrol(
    context: &RequestContext,
    session: &Session,
    pending: &str,
    back: Back<'_>,
) -> Result<Response, PageError> {
    let web = &context.web;
    if web.provider().fresh_session(session, context.origin()).is_some() {
        return enrolment::ask_here(context, pending, back).await;
    }
    let next = own_path(back.next).unwrap_or_default();
    let reason = Some(Notice::SignInAgain.word());
    onward::to_page(context, StatusCode::SEE_OTHER, &web.login_page(), next, reason)
}

/// Completes the sign-in. A form without a code asks for the page: for another kind of code, or because the path to return to must not
/// be in an address.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let kept = KeptForm::in_login_form(&form);
    let back = Back::of(&form, kept.as_ref());
    let page = Page::asking(&form, back);
    #[cfg(feature = "passkeys")]
    if form.get("credential").is_some() {
        return passkey::post(context, &form, page).await;
    }
    let Some(code) = form.get("code") else {
        return ask_for_code(&context, &form, back).await;
    };
    if !context.is_current(&form, None) {
        return form_expired(&context, page).await;
    }
    let Some(pending) = sent(&context) else {
        return ended(&context, back.next);
    };
    let cookies = context.web.cookies();
    let replaces = cookies.session(&context.headers);
    let name = device_name::of(&context.headers).unwrap_or_default();
    let attempt = CompleteSignIn {
        pending,
        factor: if page.with_recovery_code {
            SecondFactor::RecoveryCode(code)
        } else {
            SecondFactor::Totp(code)
        },
        remember: form.get("remember").map(|_| name.as_str()),
        request: context.origin(),
        device: cookies.read(&context.headers, Name::Device),
        replaces: replaces.as_ref(),
    };
    let refusal = match context.web.provider().complete_sign_in(attempt).await {
        Ok(opened) => return finish(context, &opened, back).await,
        Err(refusal) => refusal,
    };
    log_refused(&context, pending, back.next, &refusal).await;
    let (status, error, wait) = match refusal {
        SecondFactorRefusal::Ended | SecondFactorRefusal::Disabled => return ended(&context, back.next),
        SecondFactorRefusal::WrongCode => (StatusCode::BAD_REQUEST, text!("second-factor-wrong"), None),
        SecondFactorRefusal::SlowDown(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            text!("second-factor-slowed-down"),
            Some(seconds),
        ),
        SecondFactorRefusal::Store(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            store_error(&error),
            Some(error.answer().retry_after),
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            text!("login-unavailable"),
            Some(1),
        ),
    };
    let page = Page {
        status,
        error: Some(error),
        ..page
    };
    let mut response = show(&context, Some(pending), page).await?;
    retry_after(&mut response, wait);
    Ok(response)
}

/// The line of the log, with the account whose sign-in is not completed.
async fn log_refused(context: &RequestContext, pending: &str, next: &str, refusal: &(dyn Display + Sync)) {
    let factors = context.web.provider().pending_factors(pending).await;
    let factors = factors.ok().flatten();
    let account = factors.as_ref().map(|factors| factors.username.as_str());
    login::log_refused(context, account, next, refusal);
}

/// The page again for a form that was not made for this browser.
async fn form_expired(context: &RequestContext, page: Page<'_>) -> Result<Response, PageError> {
    let page = Page {
        status: StatusCode::FORBIDDEN,
        notice: Some(Notice::Expired),
        back: page.back.of_expired_form(context),
        ..page
    };
    show(context, sent(context), page).await
}

/// The half-finished sign-in that the browser sent.
pub(crate) fn sent(context: &RequestContext) -> Option<&str> {
    context.web.cookies().read(&context.headers, Name::PendingSignIn)
}

/// Back to the first factor, with the reason.
pub(crate) fn ended(context: &RequestContext, next: &str) -> Result<Response, PageError> {
    let next = own_path(next).unwrap_or_default();
    let reason = Some(Notice::SignInEnded.word());
    let login = context.web.login_page();
    let response = onward::to_page(context, StatusCode::SEE_OTHER, &login, next, reason)?;
    Ok(with_cookie(
        response,
        context.web.remove_cookie(Name::PendingSignIn),
    ))
}

async fn show(
    context: &RequestContext,
    pending: Option<&str>,
    page: Page<'_>,
) -> Result<Response, PageError> {
    let web = &context.web;
    let factors = match pending {
        Some(pending) => web.provider().pending_factors(pending).await?,
        None => None,
    };
    let Some(factors) = factors else {
        return ended(context, page.back.next);
    };
    let with_recovery_code = page.with_recovery_code || !factors.kinds.contains(&CredentialKind::Totp);
    let has = |kind| factors.kinds.contains(&kind);
    #[cfg(feature = "passkeys")]
    let passkey = match pending.filter(|_| has(CredentialKind::Passkey)) {
        Some(pending) => passkey::request_for(web, pending).await,
        None => None,
    };
    #[cfg(not(feature = "passkeys"))]
    let passkey = None;
    let next = own_path(page.back.next).unwrap_or_default();
    let (layout, cookie) = context.page(None)?;
    let preview = login::preview(context, next).await;
    let view = SecondFactorForm {
        layout: layout.with_notice(page.notice),
        next: next.to_owned(),
        kept: page.back.kept.map(KeptForm::to_field).unwrap_or_default(),
        application: preview.map(|preview| preview.client.name),
        username: factors.username.as_str().to_owned(),
        with_recovery_code,
        remember_for: factors.remember_for.filter(|_| !with_recovery_code).map(in_words),
        remember: page.remember,
        has_other: has(CredentialKind::Totp) && has(CredentialKind::RecoveryCode),
        has_codes: has(CredentialKind::Totp) || has(CredentialKind::RecoveryCode),
        passkey,
        error: page.error,
    };
    html(web, page.status, cookie, &view, web.form_target(next))
}
