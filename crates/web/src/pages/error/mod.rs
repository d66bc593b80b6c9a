//! The error page: what happened, what to do, and the exact reason for developers.

pub(crate) mod view;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use pixie_provider::store::StoreError;
use pixie_provider::{LogoutRefusal, PageRefusal, Session};

use crate::early_refusal::EarlyRefusal;
use crate::frame::OPERATION;
use crate::metrics::ErrorCode;
use crate::page_error::{FormRefusal, PageError};
use crate::pages::layout::Layout;
use crate::request_context::RequestContext;
use crate::request_id::RequestId;
use crate::respond::{FormTarget, html, retry_after};
use crate::sentence::sentence;
use crate::web::Web;
use view::{ErrorPage, SignOut};

/// The answer for every path that no route has.
pub(crate) async fn not_found() -> Response {
    PageError::NotFound.into_response()
}

/// The text of an error page.
struct ErrorText {
    status: u16,
    title: &'static str,
    happened: String,
    remedy: &'static str,
    code: Option<&'static str>,
    reason: Option<String>,
}

/// The page of a failure, and its log entry.
pub(crate) fn page(web: &Web, id: &RequestId, failure: &PageError) -> Response {
    let around = Around {
        layout: Layout::without_person(web),
        request_id: id.as_str().to_owned(),
        cookie: None,
        sign_out: None,
    };
    show(web, around, failure, text(failure))
}

/// The page of a refused request to sign out, and its log entry: it says how to sign out all the same.
pub(crate) fn sign_out_refused(
    context: &RequestContext,
    session: Option<&Session>,
    failure: &PageError,
) -> Result<Response, PageError> {
    let (layout, cookie) = match session {
        Some(_) => context.page(session)?,
        None => (context.layout_without_person(), None),
    };
    let (sign_out, remedy) = if session.is_some() {
        (
            Some(SignOut::Button),
            "You were not signed out. You can sign out here.",
        )
    } else if context.cookies_may_be_missing() {
        (
            Some(SignOut::Link),
            "You were not signed out. You can sign out here.",
        )
    } else {
        (None, "You are not signed in here.")
    };
    let text = ErrorText {
        remedy,
        ..text(failure)
    };
    let around = Around {
        layout,
        request_id: context.request_id().to_owned(),
        cookie,
        sign_out,
    };
    Ok(show(&context.web, around, failure, text))
}

/// The parts of the page that do not depend on the failure.
struct Around {
    layout: Layout,
    request_id: String,
    cookie: Option<HeaderValue>,
    sign_out: Option<SignOut>,
}

fn show(web: &Web, around: Around, failure: &PageError, text: ErrorText) -> Response {
    tracing::warn!(
        reason = text.reason.as_deref().unwrap_or(&text.happened),
        nearest = nearest(failure),
        status = text.status,
        "refused"
    );
    match failure {
        PageError::Template(error) | PageError::Unavailable(error) => {
            tracing::error!(target: OPERATION, error, "the page cannot be made");
        }
        _ => {}
    }
    let store = store_error(failure);
    if let Some(error) = store {
        tracing::error!(target: OPERATION, %error, "the page cannot be made");
    }
    let status = StatusCode::from_u16(text.status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = text.code;
    let view = ErrorPage {
        layout: around.layout,
        title: text.title.to_owned(),
        happened: text.happened,
        remedy: text.remedy.to_owned(),
        again: form_to_open_again(failure),
        code: text.code.map(str::to_owned),
        reason: text.reason,
        sign_out: around.sign_out,
        status: text.status,
        logged: tracing::enabled!(tracing::Level::WARN),
        request_id: around.request_id,
    };
    let mut response = html(web, status, around.cookie, &view, FormTarget::OwnOrigin)
        .unwrap_or_else(|_| (status, format!("{}\n{}\n", view.title, view.remedy)).into_response());
    let seconds = store.map_or(1, |error| error.answer().retry_after);
    retry_after(&mut response, (text.status == 503).then_some(seconds));
    if let Some(code) = code {
        ErrorCode::note(code, &mut response);
    }
    response
}

/// The path of a form that has expired.
fn form_to_open_again(failure: &PageError) -> Option<String> {
    match failure {
        PageError::FormToken(again) => again.clone(),
        _ => None,
    }
}

/// The registered address that is nearest to the one of the request. The page has it only if it is on the same host.
fn nearest(failure: &PageError) -> Option<&str> {
    match failure {
        PageError::Authorization(PageRefusal::UnregisteredRedirectUri(uri))
        | PageError::Logout(LogoutRefusal::UnregisteredReturn(uri)) => uri.nearest(),
        _ => None,
    }
}

/// The failure of the store, if that is why there is no page.
fn store_error(failure: &PageError) -> Option<&StoreError> {
    match failure {
        PageError::Store(error)
        | PageError::Authorization(PageRefusal::Store(error))
        | PageError::Logout(LogoutRefusal::Store(error)) => Some(error),
        _ => None,
    }
}

fn text(failure: &PageError) -> ErrorText {
    match failure {
        PageError::Store(error)
        | PageError::Authorization(PageRefusal::Store(error))
        | PageError::Logout(LogoutRefusal::Store(error)) => ErrorText {
            happened: format!("{}. Nothing was changed.", error.answer().happened),
            ..unavailable()
        },
        PageError::Unavailable(_) | PageError::Template(_) => unavailable(),
        PageError::Early(refusal) => early(refusal),
        PageError::Authorization(refusal) => authorization(refusal),
        PageError::Logout(refusal) => logout(refusal),
        PageError::AnsweredBefore => ErrorText {
            status: 409,
            title: "You have already answered",
            happened: "This form was sent before. The application has the answer.".to_owned(),
            remedy: "Go back to the application. If it still waits for you, start again there.",
            code: None,
            reason: None,
        },
        PageError::FormToken(_) => ErrorText {
            status: 403,
            title: "This form has expired",
            happened: "The form was opened in another browser, or somebody has signed in or out since then. Nothing was \
                       changed."
                .to_owned(),
            remedy: "Open the form again and send it. If that does not help, allow cookies for this site.",
            code: None,
            reason: Some(
                "The form token is missing or does not belong to this browser and session.".to_owned(),
            ),
        },
        PageError::Form(refusal) => ErrorText {
            status: if *refusal == FormRefusal::TooLarge {
                413
            } else {
                400
            },
            title: "This form cannot be read",
            happened: "The browser sent something else than a form of this site.".to_owned(),
            remedy: "Go back, reload the page and try again.",
            code: Some("invalid_request"),
            reason: Some(match refusal {
                FormRefusal::NotAForm => "The body is not application/x-www-form-urlencoded.".to_owned(),
                FormRefusal::TooLarge => "The body is too large.".to_owned(),
                FormRefusal::Params(error) => format!("The request is malformed: {error}."),
            }),
        },
        PageError::NotFound => ErrorText {
            status: 404,
            title: "Page not found",
            happened: "There is no page at this address, or you have no access to it.".to_owned(),
            remedy: "Check the address, or start again from the home page.",
            code: None,
            reason: None,
        },
        PageError::NotAllowed(reason) => ErrorText {
            status: 403,
            title: "Administrators only",
            happened: sentence(reason),
            remedy: "Ask an administrator to do it for you.",
            code: None,
            reason: None,
        },
        PageError::Outdated(reason) => ErrorText {
            status: 409,
            title: "Changed in the meantime",
            happened: sentence(reason),
            remedy: "Open the page again and repeat your change.",
            code: None,
            reason: None,
        },
        PageError::LinkGone(reason) => ErrorText {
            status: 410,
            title: "This link is no longer valid",
            happened: sentence(reason),
            remedy: "A link works once, and only for a short time.",
            code: None,
            reason: None,
        },
    }
}

/// The server cannot answer for now.
fn unavailable() -> ErrorText {
    ErrorText {
        status: 503,
        title: "Please try again shortly",
        happened: "The server cannot answer now. Nothing was changed.".to_owned(),
        remedy: "Wait a moment and reload the page. If the error persists, send the request id to the operator of this server.",
        code: Some("temporarily_unavailable"),
        reason: None,
    }
}

/// The request did not reach its handler.
fn early(refusal: &EarlyRefusal) -> ErrorText {
    let (title, happened, remedy) = match refusal {
        EarlyRefusal::Overloaded => (
            "Please try again shortly",
            "Too many requests at once. Nothing was changed.",
            "Wait a moment and try again.",
        ),
        EarlyRefusal::SlowAnswer | EarlyRefusal::SlowBody => (
            "The request took too long",
            "The server gave up waiting. A change may have been made all the same.",
            "Open the page again and look before you repeat it.",
        ),
        EarlyRefusal::Method(_) => (
            "This page cannot be used in this way",
            "The browser sent a kind of request that this page does not answer.",
            "Go back and open the page again.",
        ),
        EarlyRefusal::TooLarge(_) => (
            "The browser sent too much",
            "The form is longer than the server reads. Nothing was changed.",
            "Go back and send less.",
        ),
        EarlyRefusal::Listener(refused) if refused.status.as_u16() == 431 => (
            "The browser sent too much",
            "The address and the cookies of this site are longer together than the server reads.",
            "Remove the cookies of this site and try again.",
        ),
        EarlyRefusal::Listener(_) | EarlyRefusal::Encoded(_) | EarlyRefusal::BrokenBody => (
            "This request cannot be read",
            "The browser, or something between it and the server, sent a malformed request.",
            "Go back, reload the page and try again.",
        ),
    };
    ErrorText {
        status: refusal.status().as_u16(),
        title,
        happened: happened.to_owned(),
        remedy,
        code: Some(refusal.code()),
        reason: (*refusal != EarlyRefusal::Overloaded).then(|| refusal.description()),
    }
}

fn authorization(refusal: &PageRefusal) -> ErrorText {
    let (happened, developer) = refusal.explanation();
    ErrorText {
        status: refusal.status(),
        title: "Invalid request from the application",
        happened: happened.to_owned(),
        remedy: "This is not your mistake. Go back to the application and try again. If it happens again, send the details below to its developers.",
        code: Some("invalid_request"),
        reason: Some(format!("{} {developer}", sentence(&refusal.to_string()))),
    }
}

fn logout(refusal: &LogoutRefusal) -> ErrorText {
    let (happened, developer) = refusal.explanation();
    ErrorText {
        status: refusal.status(),
        title: "Invalid request from the application",
        happened: happened.to_owned(),
        remedy: "You were not signed out. To sign out, go to the home page and choose Sign out.",
        code: Some("invalid_request"),
        reason: Some(format!("{} {developer}", sentence(&refusal.to_string()))),
    }
}
