//! The login page. It returns to `next`, which is one of our own paths or nothing.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{LoginReason, RequestPreview, SignIn, SignInRefusal, SignedIn};

use crate::cookies::{self, Name};
use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::address::address;
use crate::request_context::{RequestContext, own_path, redirect, with_cookie};
use crate::respond::{FormTarget, Policy, html, retry_after};
use crate::web::Web;
use view::Login;

/// The message of the page beside its fields.
pub(crate) struct Message<'a> {
    pub(crate) status: StatusCode,
    username: &'a str,
    notice: Option<&'static str>,
    pub(crate) error: Option<&'static str>,
    pub(crate) wait: Option<i64>,
    retry_after: Option<i64>,
}

/// The reasons to sign in although a session exists: the reason, its word in the address of the page, its sentence on the page.
/// The address carries no text, so that a link from elsewhere cannot show a text of its own.
const NOTICES: [(LoginReason, &str, &str); 5] = [
    (
        LoginReason::Again,
        "again",
        "The application asks you to sign in again.",
    ),
    (
        LoginReason::TooLongAgo,
        "too-long-ago",
        "You signed in some time ago. The application asks you to sign in again.",
    ),
    (
        LoginReason::SomebodyElse,
        "another-account",
        "The application asks you to sign in with another account.",
    ),
    (
        LoginReason::Stronger,
        "stronger",
        "The application requires a stronger sign-in.",
    ),
    (
        LoginReason::NewAccount,
        "new-account",
        "The application asks you to create an account.",
    ),
];

/// The address of the page, with the path to return to and why the person has to sign in.
pub(crate) fn path(web: &Web, next: &str, reason: LoginReason) -> String {
    let path = web.login_path(next);
    match NOTICES.iter().find(|(listed, ..)| *listed == reason) {
        Some((_, word, _)) => format!("{path}&reason={word}"),
        None => path,
    }
}

fn notice(word: &str) -> Option<&'static str> {
    let mut notices = NOTICES.iter();
    notices
        .find(|(_, listed, _)| *listed == word)
        .map(|(.., sentence)| *sentence)
}

/// The form.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let message = Message {
        status: StatusCode::OK,
        username: "",
        notice: params.get("reason").and_then(notice),
        error: None,
        wait: None,
        retry_after: None,
    };
    show(&context, params.get("next").unwrap_or_default(), &message).await
}

/// Signs in.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    context.check_form(&form, None)?;
    let next = form.get("next").unwrap_or_default();
    let username = form.get("username").unwrap_or_default();
    let https = context.web.is_https();
    let device = cookies::read(&context.headers, Name::Device, https);
    let replaces = cookies::session(&context.headers, https);
    let attempt = SignIn {
        username,
        password: form.get("password").unwrap_or_default(),
        request: context.origin(),
        device: device.as_deref(),
        replaces: replaces.as_ref(),
    };
    sign_in(&context, attempt, next).await
}

/// Signs somebody in and redirects to `next`, or shows the page again.
pub(crate) async fn sign_in(
    context: &RequestContext,
    attempt: SignIn<'_>,
    next: &str,
) -> Result<Response, PageError> {
    match context.web.provider().sign_in(attempt).await {
        Ok(opened) => Ok(signed_in(context, &opened, next)),
        Err(refusal) => {
            tracing::warn!(reason = %refusal, "sign-in refused");
            show(context, next, &message(&refusal, attempt.username)).await
        }
    }
}

/// Sets the cookies of a session that was just opened, and redirects to `next`.
pub(crate) fn signed_in(context: &RequestContext, signed_in: &SignedIn, next: &str) -> Response {
    let home = context.web.path("");
    let response = redirect(StatusCode::SEE_OTHER, own_path(next).unwrap_or(&home));
    let (token, session) = (&signed_in.token, &signed_in.session);
    let device = Some(signed_in.device.as_str());
    let cookies = context
        .web
        .session_cookies(&context.headers, token, session, device);
    let set = |response, cookie| with_cookie(response, Some(cookie));
    cookies.into_iter().fold(response, set)
}

/// The message of a refusal. It is the same if the account is unknown or disabled, or if the password is wrong.
pub(crate) fn message<'a>(refusal: &SignInRefusal, username: &'a str) -> Message<'a> {
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    let (status, error, wait, retry_after) = match refusal {
        SignInRefusal::UnknownUser | SignInRefusal::WrongPassword | SignInRefusal::Disabled => (
            StatusCode::BAD_REQUEST,
            "Incorrect username or password.",
            None,
            None,
        ),
        SignInRefusal::SlowDown(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many failed attempts.",
            Some(*seconds),
            Some(*seconds),
        ),
        SignInRefusal::Store(error) => (
            unavailable,
            error.answer().happened,
            None,
            Some(error.answer().retry_after),
        ),
        SignInRefusal::Hashing(_) | SignInRefusal::Randomness(_) => (
            unavailable,
            "Sign-in is not available now. Try again shortly.",
            None,
            Some(1),
        ),
    };
    Message {
        status,
        username,
        notice: None,
        error: Some(error),
        wait,
        retry_after,
    }
}

async fn show(context: &RequestContext, next: &str, message: &Message<'_>) -> Result<Response, PageError> {
    let next = own_path(next).unwrap_or_default();
    let preview = preview(context, next).await;
    let (layout, cookie) = context.page(None)?;
    let hint = preview.as_ref().and_then(|preview| preview.login_hint.as_deref());
    let username = Some(message.username).filter(|typed| !typed.is_empty()).or(hint);
    let view = Login {
        layout,
        next: next.to_owned(),
        username: username.unwrap_or_default().to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        logo: preview
            .as_ref()
            .and_then(|preview| address(preview.client.logo_uri.as_ref())),
        sign_up: (context.web.provider().settings().sign_up).then(|| context.web.with_next("sign-up/", next)),
        policy: preview
            .as_ref()
            .and_then(|preview| address(preview.client.policy_uri.as_ref())),
        terms: preview
            .as_ref()
            .and_then(|preview| address(preview.client.tos_uri.as_ref())),
        notice: message.notice.map(str::to_owned),
        error: message.error.map(str::to_owned),
        wait_seconds: message.wait.and_then(|seconds| u64::try_from(seconds).ok()),
    };
    let form_target = match &preview {
        Some(preview) => FormTarget::Client(preview.redirect_uri.uri()),
        None => FormTarget::OwnOrigin,
    };
    let policy = Policy {
        picture: view.logo.as_deref(),
        ..form_target.into()
    };
    let mut response = html(&context.web, message.status, cookie, &view, policy)?;
    retry_after(&mut response, message.retry_after);
    Ok(response)
}

/// The application whose request `next` leads to.
async fn preview(context: &RequestContext, next: &str) -> Option<RequestPreview> {
    context
        .web
        .provider()
        .preview(&context.web.request_in(next)?)
        .await
}
