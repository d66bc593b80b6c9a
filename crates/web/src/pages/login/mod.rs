//! The login page. It returns to `next`, which is one of our own paths or nothing.

#[cfg(feature = "passkeys")]
pub(crate) mod passkey;
pub(crate) mod view;

use std::fmt::Display;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{
    LoginReason, NewSession, RequestPreview, SignIn, SignInProgress, SignInRefusal, SignUpMode, SignedIn,
};

use crate::cookies::Name;
use crate::endpoints::logo;
use crate::form::Form;
use crate::kept_form::KeptForm;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::address::address;
use crate::pages::application_form;
use crate::pages::enrolment;
use crate::pages::notice::Notice;
use crate::pages::refusal::store_error;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::pages::second_factor;
use crate::pages::upstream_choice::UpstreamChoice;
use crate::request_context::{RequestContext, own_path, with_cookie};
use crate::respond::{FormTarget, html, retry_after};
use crate::signed_in;
use crate::texts::{Text, text};
use crate::web::Web;
use view::Login;

/// The message of the page beside its fields.
pub(crate) struct Message<'a> {
    pub(crate) status: StatusCode,
    username: &'a str,
    persistent: bool,
    notice: Option<Text>,
    pub(crate) error: Option<Text>,
    pub(crate) wait: Option<i64>,
    retry_after: Option<i64>,
    /// Messages to the password manager, in JSON.
    signals: Option<String>,
}

impl Message<'_> {
    /// No message.
    fn none(status: StatusCode) -> Self {
        Self {
            status,
            username: "",
            persistent: false,
            notice: None,
            error: None,
            wait: None,
            retry_after: None,
            signals: None,
        }
    }
}

/// The way back from the page: the path, and the text of a form that waits there.
#[derive(Clone, Copy)]
pub(crate) struct Back<'a> {
    pub(crate) next: &'a str,
    pub(crate) kept: Option<&'a KeptForm>,
}

impl<'a> Back<'a> {
    /// The path that the field or parameter `next` names; empty if there is none.
    pub(crate) fn of(params: &'a Params, kept: Option<&'a KeptForm>) -> Self {
        Self {
            next: params.get("next").unwrap_or_default(),
            kept,
        }
    }

    /// The same for a form that was not made for this browser: one of another site fills no form in.
    pub(crate) fn of_expired_form(self, context: &RequestContext) -> Self {
        let own = context.is_from_own_page();
        Self {
            kept: self.kept.filter(|_| own),
            ..self
        }
    }
}

/// The word for the reason why the person has to sign in although a session exists. The address of the page carries no text, so
/// that a link from elsewhere cannot show a text of its own.
pub(crate) const fn reason_word(reason: LoginReason) -> Option<&'static str> {
    match reason {
        LoginReason::Again => Some("again"),
        LoginReason::TooLongAgo => Some("too-long-ago"),
        LoginReason::SomebodyElse => Some("another-account"),
        LoginReason::Stronger | LoginReason::SecondFactor => Some("stronger"),
        LoginReason::NewAccount => Some("new-account"),
        LoginReason::NotSignedIn | LoginReason::WhichAccount => None,
    }
}

/// The address of the page for somebody whose session had ended when they sent a form, with the notice that says so.
pub(crate) fn path_after_session(web: &Web, next: &str, notice: Notice) -> String {
    format!("{}&reason={}", web.login_path(next), notice.word())
}

/// The sentence of a word in the address.
fn notice(word: &str) -> Option<Text> {
    match word {
        "again" => Some(text!("login-again")),
        "too-long-ago" => Some(text!("login-too-long-ago")),
        "another-account" => Some(text!("login-another-account")),
        "stronger" => Some(text!("login-stronger")),
        "new-account" => Some(text!("login-new-account")),
        _ => None,
    }
}

/// The form.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    ask(&context, &params).await
}

async fn ask(context: &RequestContext, params: &Params) -> Result<Response, PageError> {
    let reason = params.get("reason");
    let message = Message {
        notice: reason.and_then(notice),
        ..Message::none(StatusCode::OK)
    };
    let back = Back::of(params, None);
    let reasons = [Notice::SessionEnded, Notice::SignInEnded, Notice::SignInAgain];
    let notice = reasons.into_iter().find(|notice| reason == Some(notice.word()));
    show(context, back, &message, notice).await
}

/// The page in place of the answer to a form, if the session of its sender had ended: they return to the form with its text.
pub(crate) async fn session_ended(
    context: &RequestContext,
    next: &str,
    kept: &KeptForm,
) -> Result<Response, PageError> {
    let back = Back {
        next,
        kept: Some(kept),
    };
    let message = Message::none(StatusCode::FORBIDDEN);
    show(context, back, &message, Some(Notice::SessionEndedWithText)).await
}

/// Signs in, or shows the form to somebody who comes with the path to return to in a body and not in an address.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    if onward::only_returns(&form) {
        return ask(&context, &form).await;
    }
    let username = form.get("username").unwrap_or_default();
    let kept = KeptForm::in_login_form(&form);
    let back = Back::of(&form, kept.as_ref());
    if !context.is_current(&form, None) {
        return form_expired(&context, back, username).await;
    }
    let cookies = context.web.cookies();
    let replaces = cookies.session(&context.headers);
    let remembered_device = cookies.remembered_device(&context.headers);
    let attempt = SignIn {
        username,
        password: form.get("password").unwrap_or_default(),
        request: context.origin(),
        device: cookies.read(&context.headers, Name::Device),
        remembered_device: remembered_device.as_ref(),
        session: NewSession {
            replaces: replaces.as_ref(),
            persistent: form.get("persistent").is_some(),
            ..NewSession::default()
        },
    };
    match context.web.provider().sign_in(attempt).await {
        Ok(SignInProgress::SignedIn(opened)) => finish(context, &opened, back).await,
        Ok(SignInProgress::SecondFactor(pending)) => second_factor::ask(&context, &pending, back).await,
        Ok(SignInProgress::Enrolment(pending)) => enrolment::ask(&context, &pending, back).await,
        Err(refusal) => {
            log_refusal(&context, &attempt, &refusal, back.next).await;
            let message = Message {
                persistent: attempt.session.persistent,
                ..message(&refusal, attempt.username)
            };
            show(&context, back, &message, None).await
        }
    }
}

/// The line of the log. What was typed as a username is in it only if it is one: some people type their password there.
async fn log_refusal(context: &RequestContext, attempt: &SignIn<'_>, refusal: &SignInRefusal, next: &str) {
    let is_username = match refusal {
        SignInRefusal::WrongPassword | SignInRefusal::Disabled => true,
        SignInRefusal::SlowDown(_) => context
            .web
            .provider()
            .find_account(attempt.username)
            .await
            .is_ok(),
        _ => false,
    };
    let account = is_username.then_some(attempt.username);
    log_refused(context, account, next, refusal);
}

/// The line of the log about a refused sign-in, by any factor: with what a filter of addresses needs.
pub(crate) fn log_refused(context: &RequestContext, account: Option<&str>, next: &str, reason: &dyn Display) {
    let request = own_path(next).and_then(|next| context.web.request_in(next));
    let client_id = request.as_ref().and_then(|request| request.get("client_id"));
    tracing::warn!(account, client_id, %reason, "sign-in refused");
}

/// The page again for a form that was not made for this browser. A form of another site does not fill it in.
pub(crate) async fn form_expired(
    context: &RequestContext,
    back: Back<'_>,
    username: &str,
) -> Result<Response, PageError> {
    let message = Message {
        username: if context.is_from_own_page() { username } else { "" },
        ..Message::none(StatusCode::FORBIDDEN)
    };
    show(
        context,
        back.of_expired_form(context),
        &message,
        Some(Notice::Expired),
    )
    .await
}

/// The answer to somebody who has just signed in.
pub(crate) async fn finish(
    context: RequestContext,
    opened: &SignedIn,
    back: Back<'_>,
) -> Result<Response, PageError> {
    match back.kept {
        Some(kept) => resume(context, opened, back.next, kept).await,
        None => signed_in(&context, opened, back.next),
    }
}

/// The form whose session had ended, with its text, for the person who has signed in again.
async fn resume(
    context: RequestContext,
    opened: &SignedIn,
    next: &str,
    kept: &KeptForm,
) -> Result<Response, PageError> {
    let person = signed_in::SignedIn {
        context,
        session: opened.session.clone(),
    };
    match application_form::resume(&person, next, kept).await {
        Ok(Some(page)) => Ok(with_session(&person.context, opened, page)),
        // The page at that path says why it cannot be shown.
        Ok(None) | Err(_) => signed_in(&person.context, opened, next),
    }
}

/// Sets the cookies of a session that was just opened, and sends the browser to `next`.
pub(crate) fn signed_in(
    context: &RequestContext,
    signed_in: &SignedIn,
    next: &str,
) -> Result<Response, PageError> {
    let home = context.web.path("");
    let response = onward::follow(context, StatusCode::SEE_OTHER, own_path(next).unwrap_or(&home))?;
    Ok(with_session(context, signed_in, response))
}

/// Adds the cookies of a session that was just opened.
pub(crate) fn with_session(context: &RequestContext, signed_in: &SignedIn, response: Response) -> Response {
    let (token, session) = (&signed_in.token, &signed_in.session);
    let device = Some(signed_in.device.as_str());
    let cookies = context
        .web
        .session_cookies(&context.headers, token, session, device);
    let remembered = signed_in.remembered_device.as_ref();
    let remembered = remembered.and_then(|device| context.web.remembered_device_cookie(device));
    let set = |response, cookie| with_cookie(response, Some(cookie));
    cookies.into_iter().chain(remembered).fold(response, set)
}

/// The message of a refusal. It is the same if the account is unknown or disabled, or if the password is wrong.
pub(crate) fn message<'a>(refusal: &SignInRefusal, username: &'a str) -> Message<'a> {
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    let (status, error, wait, retry_after) = match refusal {
        SignInRefusal::UnknownAccount | SignInRefusal::WrongPassword | SignInRefusal::Disabled => {
            (StatusCode::BAD_REQUEST, text!("login-refused"), None, None)
        }
        SignInRefusal::SlowDown(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            text!("login-slowed-down"),
            Some(*seconds),
            Some(*seconds),
        ),
        SignInRefusal::Store(error) => (
            unavailable,
            store_error(error),
            None,
            Some(error.answer().retry_after),
        ),
        SignInRefusal::Hashing(_) | SignInRefusal::Randomness(_) | SignInRefusal::Seal(_) => {
            (unavailable, text!("login-unavailable"), None, Some(1))
        }
    };
    Message {
        status,
        username,
        persistent: false,
        notice: None,
        error: Some(error),
        wait,
        retry_after,
        signals: None,
    }
}

async fn show(
    context: &RequestContext,
    back: Back<'_>,
    message: &Message<'_>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let next = own_path(back.next).unwrap_or_default();
    let preview = preview(context, next).await;
    let (layout, cookie) = context.page(None)?;
    let hint = preview.as_ref().and_then(|preview| preview.login_hint.as_deref());
    let sign_up = Some("sign-up/").filter(|_| context.web.provider().settings().sign_up == SignUpMode::Open);
    let sign_up = sign_up.map(|page| context.web.link(&context.web.path(page), next));
    let sign_up = sign_up.transpose()?;
    let username = Some(message.username).filter(|typed| !typed.is_empty()).or(hint);
    let view = Login {
        layout: layout.with_notice(notice),
        next: next.to_owned(),
        kept: back.kept.map(KeptForm::to_field).unwrap_or_default(),
        username: username.unwrap_or_default().to_owned(),
        may_persist: context
            .web
            .provider()
            .settings()
            .lifetimes
            .offer_persistent_sessions(),
        persistent: message.persistent,
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        relaxed_uri: RelaxedRedirect::of_preview(preview.as_ref()),
        logo: match &preview {
            Some(preview) => logo::address(&context.web, &preview.client).await,
            None => None,
        },
        sign_up_by_form: sign_up.as_ref().is_some_and(|link| link.by_form.is_some()),
        sign_up: sign_up.map(|link| link.address),
        sends_mail: context.web.provider().sends_mail(),
        policy: preview
            .as_ref()
            .and_then(|preview| address(preview.client.policy_uri.as_ref())),
        terms: preview
            .as_ref()
            .and_then(|preview| address(preview.client.tos_uri.as_ref())),
        passkeys: context.web.provider().offers_passkeys(),
        signals: message.signals.clone(),
        notice: message.notice.clone(),
        error: message.error.clone(),
        wait_seconds: message.wait.and_then(|seconds| u64::try_from(seconds).ok()),
        upstreams: UpstreamChoice::of(&context.web),
    };
    let form_target = if view.upstreams.is_empty() {
        context.web.form_target(next)
    } else {
        // The answer goes on to the provider.
        FormTarget::Client
    };
    let mut response = html(&context.web, message.status, cookie, &view, form_target)?;
    retry_after(&mut response, message.retry_after);
    Ok(response)
}

/// The application whose request `next` leads to.
pub(crate) async fn preview(context: &RequestContext, next: &str) -> Option<RequestPreview> {
    context
        .web
        .provider()
        .preview(&context.web.request_in(next)?)
        .await
}
