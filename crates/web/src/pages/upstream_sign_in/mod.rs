//! Sign-in at an upstream provider: the browser is sent there and comes back. If it fails, a page says why and what to do.

mod problem;
pub(crate) mod view;

use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use pixie_oauth::Params;
use pixie_provider::{
    FinishedUpstream, Session, SignInProgress, Upstream, UpstreamAnswer, UpstreamOutcome, UpstreamRedirect,
    UpstreamRefusal,
};

use crate::cookies::Name;
use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::login::{self, Back};
use crate::pages::notice::Notice;
use crate::pages::{second_factor, sign_in_methods, upstream_link};
use crate::request_context::{RequestContext, own_path, redirect, with_cookie};
use crate::signed_in::SignedIn;
use crate::web::Web;
pub(crate) use problem::failure;

/// The upstream provider that a path names. Any other id is answered with 404.
pub(crate) struct UpstreamInPath(pub(crate) Upstream);

impl FromRequestParts<Web> for UpstreamInPath {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let named = Path::<String>::from_request_parts(parts, web).await;
        let Path(id) = named.map_err(|_| PageError::NotFound)?;
        let upstream = web.provider().settings().upstream(&id).cloned();
        upstream.map(Self).ok_or(PageError::NotFound)
    }
}

/// Sends the browser to the provider.
pub(crate) async fn post(
    context: RequestContext,
    UpstreamInPath(upstream): UpstreamInPath,
    form: Form,
) -> Result<Response, PageError> {
    let form = form.0?;
    let next = form.get("next").and_then(own_path).unwrap_or_default();
    if !context.is_current(&form, None) {
        return login::form_expired(&context, Back { next, kept: None }, "").await;
    }
    let session = context.session().await?;
    let provider = context.web.provider();
    let begun = provider.begin_upstream(upstream.id.as_str(), next, session.as_ref());
    match begun.await {
        Ok(begun) => Ok(leave(&context, &begun)),
        Err(refusal) => problem::page(&context, &upstream, next, false, refusal).await,
    }
}

/// Sends the browser of somebody who is signed in to the provider, to link the identity that they have there.
pub(crate) async fn post_link(
    person: SignedIn,
    UpstreamInPath(upstream): UpstreamInPath,
    form: Form,
) -> Result<Response, PageError> {
    person.accept(form)?;
    let Some(fresh) = person.fresh() else {
        return person.to_sign_in_again(sign_in_methods::PAGE);
    };
    let next = person.context.web.path(sign_in_methods::PAGE);
    let begun = person
        .provider()
        .begin_upstream_link(fresh, upstream.id.as_str(), &next)
        .await;
    match begun {
        Ok(begun) => Ok(leave(&person.context, &begun)),
        Err(refusal) => problem::page(&person.context, &upstream, &next, true, refusal).await,
    }
}

fn leave(context: &RequestContext, begun: &UpstreamRedirect) -> Response {
    let cookie = context.web.set_cookie(Name::UpstreamAttempt, &begun.attempt);
    with_cookie(redirect(StatusCode::SEE_OTHER, &begun.address), cookie)
}

/// The browser comes back from the provider. The answer has left the address once somebody is signed in.
pub(crate) async fn callback(
    context: RequestContext,
    UpstreamInPath(upstream): UpstreamInPath,
) -> Result<Response, PageError> {
    // A repeated parameter makes the answer that of nobody.
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let (web, session) = (&context.web, context.session().await?);
    let replaces = web.cookies().session(&context.headers);
    let answer = UpstreamAnswer {
        upstream: upstream.id.as_str(),
        params: &params,
        attempt: web.cookies().read(&context.headers, Name::UpstreamAttempt),
        session: session.as_ref(),
        request: context.origin(),
        replaces: replaces.as_ref(),
    };
    let FinishedUpstream {
        next,
        linking,
        outcome,
    } = web.provider().finish_upstream(answer).await;
    // An answer that belongs to no sign-in of this browser does not end the one that is under way.
    let ended = !matches!(outcome, Err(UpstreamRefusal::Ended));
    let response = match outcome {
        Ok(UpstreamOutcome::SignIn(progress)) => go_on(&context, progress, &next).await?,
        Ok(UpstreamOutcome::Linked) => linked(&context, session.as_ref()),
        Ok(UpstreamOutcome::Waiting(sealed)) => {
            let cookie = web.set_cookie(Name::WaitingIdentity, &sealed);
            let page = web.path(upstream_link::PAGE);
            with_cookie(redirect(StatusCode::SEE_OTHER, &page), cookie)
        }
        Err(refusal) => problem::page(&context, &upstream, &next, linking, refusal).await?,
    };
    let cookie = web.remove_cookie(Name::UpstreamAttempt).filter(|_| ended);
    Ok(with_cookie(response, cookie))
}

/// The answer to somebody whom a provider has authenticated.
pub(crate) async fn go_on(
    context: &RequestContext,
    progress: SignInProgress,
    next: &str,
) -> Result<Response, PageError> {
    match progress {
        SignInProgress::SignedIn(opened) => login::signed_in(context, &opened, next),
        SignInProgress::SecondFactor(pending) => {
            second_factor::ask(context, &pending, Back { next, kept: None }).await
        }
    }
}

fn linked(context: &RequestContext, session: Option<&Session>) -> Response {
    let web = &context.web;
    let page = match session {
        Some(session) => web.path_with_notice(sign_in_methods::PAGE, Notice::MethodAdded, session),
        None => web.path(sign_in_methods::PAGE),
    };
    redirect(StatusCode::SEE_OTHER, &page)
}
