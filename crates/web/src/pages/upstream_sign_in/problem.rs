//! The page for a sign-in at an upstream provider that has failed: what happened, and the next step.

use axum::response::Response;
use http::StatusCode;
use pixie_provider::{AccountRefusal, SignInRefusal, Upstream, UpstreamRefusal};

use super::view::UpstreamProblem;
use crate::page_error::PageError;
use crate::pages::sign_in_methods;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, html, retry_after};
use crate::texts::{Text, text};

/// The content of the page.
struct Problem {
    status: StatusCode,
    title: Text,
    happened: Text,
    remedy: Text,
    /// `true` if the reason is in the log, for the operator.
    logged: bool,
}

/// The page. `linking` if the person wanted to link an identity to their account.
pub(super) async fn page(
    context: &RequestContext,
    upstream: &Upstream,
    next: &str,
    linking: bool,
    refusal: UpstreamRefusal,
) -> Result<Response, PageError> {
    let id = upstream.id.as_str();
    tracing::warn!(upstream = id, reason = %refusal, "sign-in at an upstream provider refused");
    let Some(problem) = of(&refusal, &upstream.name) else {
        return Err(failure(refusal));
    };
    let session = context.session().await?.filter(|_| linking);
    let (layout, cookie) = context.page(session.as_ref())?;
    let web = &context.web;
    let login = web.link(&web.login_page(), next)?;
    let view = UpstreamProblem {
        layout,
        upstream: id.to_owned(),
        upstream_name: upstream.name.clone(),
        title: problem.title,
        happened: problem.happened,
        remedy: problem.remedy,
        next: next.to_owned(),
        login: login.address,
        login_by_form: login.by_form.is_some(),
        methods: session.map(|_| web.path(sign_in_methods::PAGE)),
        request_id: problem.logged.then(|| context.request_id().to_owned()),
    };
    let mut response = html(web, problem.status, cookie, &view, FormTarget::Client)?;
    let waits = problem.status == StatusCode::SERVICE_UNAVAILABLE;
    retry_after(&mut response, waits.then_some(10));
    Ok(response)
}

/// The words of a refusal; `None` if it is a failure of this server, which has a page of its own.
fn of(refusal: &UpstreamRefusal, name: &str) -> Option<Problem> {
    let refused = StatusCode::BAD_REQUEST;
    let (status, title, happened, remedy) = match refusal {
        UpstreamRefusal::Cancelled => (
            refused,
            text!("upstream-sign-in-cancelled.title"),
            text!("upstream-sign-in-cancelled", upstream = name),
            text!("upstream-sign-in-again"),
        ),
        UpstreamRefusal::Ended => (
            refused,
            text!("upstream-sign-in-ended.title"),
            text!("upstream-sign-in-ended"),
            text!("upstream-sign-in-ended.remedy"),
        ),
        UpstreamRefusal::TooLong => (
            refused,
            text!("upstream-sign-in-failed.title"),
            text!("upstream-sign-in-too-long", upstream = name),
            text!("upstream-sign-in-other-way"),
        ),
        UpstreamRefusal::Provider(error) if error.may_pass() => (
            StatusCode::SERVICE_UNAVAILABLE,
            text!("upstream-sign-in-no-answer.title", upstream = name),
            text!("upstream-sign-in-no-answer", upstream = name),
            text!("upstream-sign-in-later"),
        ),
        UpstreamRefusal::Provider(_) | UpstreamRefusal::ErrorResponse(_) => (
            refused,
            text!("upstream-sign-in-failed.title"),
            text!("upstream-sign-in-failed", upstream = name),
            text!("upstream-sign-in-operator"),
        ),
        UpstreamRefusal::SessionEnded => (
            refused,
            text!("upstream-sign-in-not-linked.title"),
            text!("upstream-sign-in-session-ended"),
            text!("upstream-sign-in-ended.remedy"),
        ),
        UpstreamRefusal::BelongsToSomebodyElse => (
            StatusCode::CONFLICT,
            text!("upstream-sign-in-somebody-else.title"),
            text!("upstream-sign-in-somebody-else", upstream = name),
            text!("upstream-sign-in-somebody-else.remedy", upstream = name),
        ),
        UpstreamRefusal::TooMany => (
            refused,
            text!("upstream-sign-in-not-linked.title"),
            text!("upstream-sign-in-too-many"),
            text!("upstream-sign-in-too-many.remedy"),
        ),
        UpstreamRefusal::Disabled => (
            refused,
            text!("upstream-sign-in-failed.title"),
            text!("upstream-sign-in-disabled"),
            text!("upstream-sign-in-other-way"),
        ),
        UpstreamRefusal::Account(AccountRefusal::SlowDown(_)) => (
            StatusCode::TOO_MANY_REQUESTS,
            text!("upstream-sign-in-failed.title"),
            text!("upstream-sign-in-many-accounts"),
            text!("upstream-sign-in-later"),
        ),
        _ => return None,
    };
    let logged = matches!(
        refusal,
        UpstreamRefusal::Provider(_) | UpstreamRefusal::ErrorResponse(_) | UpstreamRefusal::Disabled
    );
    Some(Problem {
        status,
        title,
        happened,
        remedy,
        logged,
    })
}

/// The error page of a refusal that has no words of its own.
pub(crate) fn failure(refusal: UpstreamRefusal) -> PageError {
    match refusal {
        UpstreamRefusal::Unknown => PageError::NotFound,
        UpstreamRefusal::Store(error)
        | UpstreamRefusal::SignIn(SignInRefusal::Store(error))
        | UpstreamRefusal::Account(AccountRefusal::Store(error)) => PageError::Store(error),
        refusal => PageError::Unavailable(refusal.to_string()),
    }
}
