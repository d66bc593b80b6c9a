//! The consent page: the application, its scopes and the destination of the answer (RFC 6749 section 10.2, RFC 9700 section 2.1).

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Authorization, BrowserRequest, ConsentRequest, Decision, PageRefusal, Session};

use crate::endpoints::authorize::{Sent, to_client, to_login};
use crate::endpoints::logo;
use crate::form::Form;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::address::address;
use crate::pages::moment::day;
use crate::pages::notice::Notice;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::pages::scope_line::ScopeLine;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, html};
use view::{Consent, Destination, DestinationKind, RegisteredBy};

/// The question.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let session = context.session().await?;
    let redirects = StatusCode::FOUND;
    let answer = Answer::default();
    next(&context, session.as_ref(), redirects, context.query(), answer).await
}

/// Takes the answer, or shows the question to somebody who comes with the request in a body. The request comes back in the form and
/// is checked again from its beginning: nothing that was checked when the page was shown is believed now.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let decision = match form.get("decision") {
        Some("allow") if form.get("on_device").is_some() => Some(Decision::AllowOnDevice),
        Some("allow") => Some(Decision::Allow),
        Some("deny") => Some(Decision::Deny),
        _ => None,
    };
    let session = context.session().await?;
    let answer =
        if session.is_none() || onward::only_asks(&form) || context.is_current(&form, session.as_ref()) {
            Answer {
                decision,
                notice: None,
            }
        } else {
            Answer {
                decision: None,
                notice: Some(Notice::Expired),
            }
        };
    let request = form.get("request").unwrap_or_default();
    let redirects = StatusCode::SEE_OTHER;
    next(&context, session.as_ref(), redirects, request, answer).await
}

/// The answer of the person, and why they are asked again if it does not count.
#[derive(Clone, Copy, Debug, Default)]
struct Answer {
    decision: Option<Decision>,
    notice: Option<Notice>,
}

/// The next step of a request in this session; a redirect has this status.
async fn next(
    context: &RequestContext,
    session: Option<&Session>,
    status: StatusCode,
    request: &str,
    answer: Answer,
) -> Result<Response, PageError> {
    let params = Params::parse(request.as_bytes()).map_err(PageRefusal::Params)?;
    let sent = Sent {
        query: request,
        params: &params,
    };
    let request = BrowserRequest {
        params: &params,
        session,
        decision: answer.decision,
        origin: context.origin(),
    };
    match context.web.provider().authorize(request).await {
        Authorization::Answer(response) => to_client(context, session, status, &response),
        Authorization::Login(login) => to_login(context, status, &login, sent),
        Authorization::AnsweredBefore => Err(PageError::AnsweredBefore),
        Authorization::Page(refusal) => Err(refusal.into()),
        Authorization::Consent(consent) => show(context, session, *consent, sent, answer.notice).await,
    }
}

async fn show(
    context: &RequestContext,
    session: Option<&Session>,
    consent: ConsentRequest,
    sent: Sent<'_>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let (layout, cookie) = context.page(session)?;
    let logo = logo::address(&context.web, &consent.client).await;
    let back = context.web.request_path(&sent.or(&consent.back));
    let another_account = context.web.link(&context.web.login_page(), &back)?;
    let uri = consent.redirect_uri.uri();
    let kind = if uri.is_private_use() {
        DestinationKind::App
    } else if uri.is_on_device() {
        DestinationKind::Loopback
    } else {
        DestinationKind::Website
    };
    let view = Consent {
        layout: layout.with_notice(notice),
        destination: Destination {
            kind,
            shown: uri.destination().to_owned(),
            any_port: uri.has_free_port(&consent.client.rules),
            relaxed: RelaxedRedirect::of_request(&consent.client, uri),
        },
        application: consent.client.name,
        client_id: consent.client.id.to_string(),
        self_registered: consent.client.dynamic.is_some(),
        registered_by: consent.registered_by.map(|registrant| RegisteredBy {
            username: registrant.username.map(|name| name.to_string()),
            since: day(registrant.since),
        }),
        homepage: address(consent.client.client_uri.as_ref()),
        logo,
        policy: address(consent.client.policy_uri.as_ref()),
        terms: address(consent.client.tos_uri.as_ref()),
        scopes: consent
            .scopes
            .into_iter()
            .map(|(name, description)| ScopeLine { name, description })
            .collect(),
        another_account: another_account.address,
        another_account_by_form: another_account.by_form,
        remembered: consent.remembered,
        request: consent.form.to_query(),
    };
    let status = match notice {
        Some(_) => StatusCode::FORBIDDEN,
        None => StatusCode::OK,
    };
    html(&context.web, status, cookie, &view, FormTarget::Client)
}
