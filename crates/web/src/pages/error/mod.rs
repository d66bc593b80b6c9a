//! The error page: what happened, what to do, and the exact reason for developers.

pub(crate) mod view;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pixie_provider::store::StoreError;
use pixie_provider::{LogoutRefusal, PageRefusal};

use crate::metrics::ErrorCode;
use crate::page_error::{FormRefusal, PageError};
use crate::pages::layout::Layout;
use crate::request_id::RequestId;
use crate::respond::{FormTarget, html, retry_after};
use crate::sentence::sentence;
use crate::web::Web;
use view::ErrorPage;

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
    let text = text(failure);
    tracing::warn!(
        reason = text.reason.as_deref().unwrap_or(&text.happened),
        status = text.status,
        "refused"
    );
    match failure {
        PageError::Template(error) | PageError::Unavailable(error) => {
            tracing::error!(error, "the page cannot be made");
        }
        _ => {}
    }
    let store = store_error(failure);
    if let Some(error) = store {
        tracing::error!(%error, "the page cannot be made");
    }
    let status = StatusCode::from_u16(text.status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = text.code;
    let view = ErrorPage {
        layout: Layout {
            product: web.settings().product.clone(),
            base: web.base().to_owned(),
            login: web.login_page(),
            username: None,
            administrator: false,
            may_view_keys: false,
            may_trust_clients: false,
            csrf_token: String::new(),
            request_id: id.as_str().to_owned(),
        },
        title: text.title.to_owned(),
        happened: text.happened,
        remedy: text.remedy.to_owned(),
        code: text.code.map(str::to_owned),
        reason: text.reason,
        status: text.status,
    };
    let mut response = html(web, status, None, &view, FormTarget::OwnOrigin)
        .unwrap_or_else(|_| (status, format!("{}\n{}\n", view.title, view.remedy)).into_response());
    let seconds = store.map_or(1, |error| error.answer().retry_after);
    retry_after(&mut response, (text.status == 503).then_some(seconds));
    if let Some(code) = code {
        ErrorCode::note(code, &mut response);
    }
    response
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
        PageError::Overloaded => ErrorText {
            status: 503,
            title: "Please try again shortly",
            happened: "Too many requests at once. Nothing was changed.".to_owned(),
            remedy: "Wait a moment and try again.",
            code: Some("temporarily_unavailable"),
            reason: None,
        },
        PageError::Authorization(refusal) => authorization(refusal),
        PageError::Logout(refusal) => logout(refusal),
        PageError::FormToken => ErrorText {
            status: 403,
            title: "This form has expired",
            happened: "The form was opened in another browser, or somebody has signed in or out since then."
                .to_owned(),
            remedy: "Go back, reload the page and submit the form again. If that does not help, allow cookies for this site.",
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
