//! The error page: what happened, what to do, and for the developer why.

pub(crate) mod view;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pixie_provider::{LogoutRefusal, PageRefusal};

use crate::failure::{Failure, FormRefusal};
use crate::metrics::ErrorCode;
use crate::pages::layout::Chrome;
use crate::request_id::RequestId;
use crate::respond::{FormLeadsTo, html, retry_after};
use crate::sentence::sentence;
use crate::web::Web;
use view::ErrorPage;

/// The answer for every path that no route has.
pub(crate) async fn not_found() -> Response {
    Failure::NotFound.into_response()
}

/// What the page of a failure says.
struct Words {
    status: u16,
    title: &'static str,
    happened: String,
    remedy: &'static str,
    code: Option<&'static str>,
    reason: Option<String>,
}

/// The page of a failure, and its log entry.
pub(crate) fn page(web: &Web, id: &RequestId, failure: &Failure) -> Response {
    let words = words(failure);
    tracing::warn!(
        reason = words.reason.as_deref().unwrap_or(&words.happened),
        status = words.status,
        "refused"
    );
    match failure {
        Failure::Template(error) | Failure::Unavailable(error) => {
            tracing::error!(error, "the page cannot be made");
        }
        Failure::Authorization(PageRefusal::Store(error)) | Failure::Logout(LogoutRefusal::Store(error)) => {
            tracing::error!(%error, "the page cannot be made");
        }
        _ => {}
    }
    let status = StatusCode::from_u16(words.status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = words.code;
    let view = ErrorPage {
        chrome: Chrome {
            product: web.settings().product.clone(),
            base: web.base().to_owned(),
            username: None,
            administrator: false,
            csrf_token: String::new(),
            request_id: id.as_str().to_owned(),
        },
        title: words.title.to_owned(),
        happened: words.happened,
        remedy: words.remedy.to_owned(),
        code: words.code.map(str::to_owned),
        reason: words.reason,
        status: words.status,
    };
    let mut response = html(web, status, None, &view, FormLeadsTo::Ourselves)
        .unwrap_or_else(|_| (status, format!("{}\n{}\n", view.title, view.remedy)).into_response());
    retry_after(&mut response, (words.status == 503).then_some(1));
    if let Some(code) = code {
        ErrorCode::note(code, &mut response);
    }
    response
}

fn words(failure: &Failure) -> Words {
    match failure {
        Failure::Authorization(PageRefusal::Store(_))
        | Failure::Logout(LogoutRefusal::Store(_))
        | Failure::Unavailable(_)
        | Failure::Template(_) => Words {
            status: 503,
            title: "Please try again shortly",
            happened: "The server cannot answer now. Nothing was changed.".to_owned(),
            remedy: "Wait a moment and reload the page. If it stays so, tell whoever runs this server the request id.",
            code: Some("temporarily_unavailable"),
            reason: None,
        },
        Failure::Overloaded => Words {
            status: 503,
            title: "Please try again shortly",
            happened: "Too many people are here at once. Nothing was changed.".to_owned(),
            remedy: "Wait a moment and try again.",
            code: Some("temporarily_unavailable"),
            reason: None,
        },
        Failure::Authorization(refusal) => authorization(refusal),
        Failure::Logout(refusal) => logout(refusal),
        Failure::FormToken => Words {
            status: 403,
            title: "This form is no longer good",
            happened: "The form was opened in another browser, or somebody signed in or out since."
                .to_owned(),
            remedy: "Go back, reload the page and send the form again. If that does not help, allow cookies for this site.",
            code: None,
            reason: Some(
                "The form token is missing or does not belong to this browser and session.".to_owned(),
            ),
        },
        Failure::Form(refusal) => Words {
            status: if *refusal == FormRefusal::TooLarge {
                413
            } else {
                400
            },
            title: "This form cannot be read",
            happened: "What the browser sent is not a form of this site.".to_owned(),
            remedy: "Go back, reload the page and try again.",
            code: Some("invalid_request"),
            reason: Some(match refusal {
                FormRefusal::NotAForm => "The body is not application/x-www-form-urlencoded.".to_owned(),
                FormRefusal::TooLarge => "The body is too large.".to_owned(),
                FormRefusal::Params(error) => format!("The request is malformed: {error}."),
            }),
        },
        Failure::NotFound => Words {
            status: 404,
            title: "Nothing is here",
            happened: "There is no page at this address, or it is not yours to see.".to_owned(),
            remedy: "Check the address, or start again from the home page.",
            code: None,
            reason: None,
        },
        Failure::NotAllowed(reason) => Words {
            status: 403,
            title: "This is for administrators",
            happened: sentence(reason),
            remedy: "Ask an administrator to do it for you.",
            code: None,
            reason: None,
        },
        Failure::Outdated(reason) => Words {
            status: 409,
            title: "It has changed meanwhile",
            happened: sentence(reason),
            remedy: "Open the page again and repeat your change.",
            code: None,
            reason: None,
        },
        Failure::LinkGone(reason) => Words {
            status: 410,
            title: "This link does not work any more",
            happened: sentence(reason),
            remedy: "A link works once and for a short time only.",
            code: None,
            reason: None,
        },
    }
}

fn authorization(refusal: &PageRefusal) -> Words {
    let (happened, developer) = refusal.explanation();
    Words {
        status: refusal.status(),
        title: "The application made a mistake",
        happened: happened.to_owned(),
        remedy: "You have done nothing wrong. Go back to the application and try again; if it happens again, tell its makers what is below.",
        code: Some("invalid_request"),
        reason: Some(format!("{} {developer}", sentence(&refusal.to_string()))),
    }
}

fn logout(refusal: &LogoutRefusal) -> Words {
    let (happened, developer) = refusal.explanation();
    Words {
        status: refusal.status(),
        title: "The application made a mistake",
        happened: happened.to_owned(),
        remedy: "Nothing was ended. To sign out here, go to the home page and choose Sign out there.",
        code: Some("invalid_request"),
        reason: Some(format!("{} {developer}", sentence(&refusal.to_string()))),
    }
}
