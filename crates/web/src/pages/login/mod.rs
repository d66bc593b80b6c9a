//! The login page. It returns to `next`, which is one of our own paths or nothing.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{LoginReason, RequestPreview, SignIn, SignInRefusal};

use crate::cookies::{self, Name};
use crate::failure::Failure;
use crate::form::Form;
use crate::respond::{FormLeadsTo, Policy, html, retry_after};
use crate::visit::{Visit, own_path, redirect, with_cookie};
use crate::web::Web;
use view::Login;

/// What the page says beside its fields.
pub(crate) struct Said<'a> {
    pub(crate) status: StatusCode,
    username: &'a str,
    notice: Option<&'static str>,
    pub(crate) error: Option<&'static str>,
    pub(crate) wait: Option<i64>,
}

/// Why somebody signs in although a session may be there: the reason, its word in the address of the page, its sentence on the
/// page. The address carries no text, so that a link from elsewhere can show none.
const NOTICES: [(LoginReason, &str, &str); 3] = [
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
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let params = Params::parse(visit.query().as_bytes()).unwrap_or_default();
    let said = Said {
        status: StatusCode::OK,
        username: "",
        notice: params.get("reason").and_then(notice),
        error: None,
        wait: None,
    };
    show(&visit, params.get("next").unwrap_or_default(), &said).await
}

/// Signs in.
pub(crate) async fn post(visit: Visit, form: Form) -> Result<Response, Failure> {
    let form = form.0?;
    visit.check_form(&form, None)?;
    let next = form.get("next").unwrap_or_default();
    let username = form.get("username").unwrap_or_default();
    let https = visit.web.is_https();
    let device = cookies::read(&visit.headers, Name::Device, https);
    let replaces = cookies::session(&visit.headers, https);
    let attempt = SignIn {
        username,
        password: form.get("password").unwrap_or_default(),
        address: visit.address,
        device: device.as_deref(),
        replaces: replaces.as_ref(),
    };
    sign_in(&visit, attempt, next).await
}

/// Signs somebody in and goes on to `next`, or shows the page again.
pub(crate) async fn sign_in(visit: &Visit, attempt: SignIn<'_>, next: &str) -> Result<Response, Failure> {
    match visit.web.provider().sign_in(attempt).await {
        Ok(signed_in) => {
            let home = visit.web.path("");
            let response = redirect(StatusCode::SEE_OTHER, own_path(next).unwrap_or(&home));
            let response = with_cookie(
                response,
                visit.web.set_cookie(Name::Session, signed_in.token.expose()),
            );
            let response = with_cookie(response, visit.web.set_cookie(Name::Device, &signed_in.device));
            let session = Some(&signed_in.session);
            Ok(with_cookie(
                response,
                visit.web.browser_state_cookie(&visit.headers, session),
            ))
        }
        Err(refusal) => {
            tracing::warn!(reason = %refusal, "sign-in refused");
            show(visit, next, &said(&refusal, attempt.username)).await
        }
    }
}

/// The same words whether the account is unknown, disabled or the password wrong.
pub(crate) fn said<'a>(refusal: &SignInRefusal, username: &'a str) -> Said<'a> {
    let (status, error, wait) = match refusal {
        SignInRefusal::UnknownUser | SignInRefusal::WrongPassword | SignInRefusal::Disabled => (
            StatusCode::BAD_REQUEST,
            "The username or the password is not right.",
            None,
        ),
        SignInRefusal::SlowDown(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            "Please wait a moment before the next attempt.",
            Some(*seconds),
        ),
        SignInRefusal::Store(_) | SignInRefusal::Hashing(_) | SignInRefusal::Randomness(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The server cannot sign you in now. Try again shortly.",
            None,
        ),
    };
    Said {
        status,
        username,
        notice: None,
        error: Some(error),
        wait,
    }
}

async fn show(visit: &Visit, next: &str, said: &Said<'_>) -> Result<Response, Failure> {
    let next = own_path(next).unwrap_or_default();
    let preview = preview(visit, next).await;
    let (chrome, cookie) = visit.page(None)?;
    let hint = preview.as_ref().and_then(|preview| preview.login_hint.as_deref());
    let username = Some(said.username).filter(|typed| !typed.is_empty()).or(hint);
    let view = Login {
        chrome,
        next: next.to_owned(),
        username: username.unwrap_or_default().to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        logo: preview
            .as_ref()
            .and_then(|preview| preview.client.openid.logo_uri.clone()),
        sign_up: (visit.web.provider().settings().sign_up).then(|| visit.web.with_next("sign-up/", next)),
        policy: preview
            .as_ref()
            .and_then(|preview| preview.client.policy_uri.clone()),
        terms: preview
            .as_ref()
            .and_then(|preview| preview.client.tos_uri.clone()),
        notice: said.notice.map(str::to_owned),
        error: said.error.map(str::to_owned),
        wait_seconds: said.wait.and_then(|seconds| u64::try_from(seconds).ok()),
    };
    let leads_to = match &preview {
        Some(preview) => FormLeadsTo::Client(preview.redirect_uri.uri()),
        None => FormLeadsTo::Ourselves,
    };
    let policy = Policy {
        picture: view.logo.as_deref(),
        ..leads_to.into()
    };
    let mut response = html(&visit.web, said.status, cookie, &view, policy)?;
    let busy = (said.status == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
    retry_after(&mut response, said.wait.or(busy));
    Ok(response)
}

/// The application that waits behind `next`.
async fn preview(visit: &Visit, next: &str) -> Option<RequestPreview> {
    visit.web.provider().preview(&visit.web.request_in(next)?).await
}
