//! The error page: what happened, what to do, and the exact reason for developers.

mod error_text;
pub(crate) mod view;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use pixie_provider::store::StoreError;
use pixie_provider::{LogoutRefusal, PageRefusal, Session};

use crate::frame::OPERATION;
use crate::metrics::ErrorCode;
use crate::page_error::PageError;
use crate::pages::layout::Layout;
use crate::request_context::RequestContext;
use crate::request_id::RequestId;
use crate::respond::{FormTarget, html, retry_after};
use crate::texts::{LanguageIndex, text};
use crate::web::Web;
use error_text::ErrorText;
use view::{ErrorPage, SignOut};

/// The answer for every path that no route has.
pub(crate) async fn not_found() -> Response {
    PageError::NotFound.into_response()
}

/// The page of a failure, and its log entry.
pub(crate) fn page(web: &Web, language: LanguageIndex, id: &RequestId, failure: &PageError) -> Response {
    let around = Around {
        layout: Layout::without_person(web, language),
        request_id: id.as_str().to_owned(),
        cookie: None,
        sign_out: None,
    };
    show(web, around, failure, ErrorText::of(failure))
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
        (Some(SignOut::Button), text!("error-logout.here"))
    } else if context.cookies_may_be_missing() {
        (Some(SignOut::Link), text!("error-logout.here"))
    } else {
        (None, text!("error-logout.nobody"))
    };
    let text = ErrorText {
        remedy,
        ..ErrorText::of(failure)
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
        reason = text.reason.as_deref().unwrap_or(&text.log),
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
        title: text.title,
        happened: text.happened,
        remedy: text.remedy,
        again: form_to_open_again(failure),
        code: text.code.map(str::to_owned),
        reason: text.reason,
        sign_out: around.sign_out,
        status: text.status,
        logged: tracing::enabled!(tracing::Level::WARN),
        request_id: around.request_id,
    };
    let mut response = html(web, status, around.cookie, &view, FormTarget::OwnOrigin)
        .unwrap_or_else(|_| (status, plain(web, &view)).into_response());
    let seconds = store.map_or(1, |error| error.answer().retry_after);
    retry_after(&mut response, (text.status == 503).then_some(seconds));
    if let Some(code) = code {
        ErrorCode::note(code, &mut response);
    }
    response
}

/// The page if its template fails.
fn plain(web: &Web, view: &ErrorPage) -> String {
    let language = web.templates().texts().language(view.layout.language);
    format!(
        "{}\n{}\n",
        language.words(&view.title),
        language.words(&view.remedy)
    )
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
