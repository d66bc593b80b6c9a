//! The consent page: the application, its scopes and the destination of the answer (RFC 6749 section 10.2, RFC 9700 section 2.1).

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Authorization, BrowserRequest, ConsentRequest, Decision, PageRefusal, Session, paths};

use crate::endpoints::authorize::{Sent, to_client, to_login};
use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::address::address;
use crate::pages::scope_line::ScopeLine;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, Policy, html};
use view::{Consent, Destination, DestinationKind};

/// The question.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let session = context.session().await?;
    let redirects = StatusCode::FOUND;
    next(&context, session.as_ref(), redirects, context.query(), None).await
}

/// Takes the answer. The request comes back in the form and is checked again from its beginning: nothing that was
/// checked when the page was shown is believed now.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let decision = match form.get("decision") {
        Some("allow") => Some(Decision::Allow),
        Some("deny") => Some(Decision::Deny),
        _ => None,
    };
    let session = context.session().await?;
    if session.is_some() {
        context.check_form(&form, session.as_ref())?;
    }
    let request = form.get("request").unwrap_or_default();
    let redirects = StatusCode::SEE_OTHER;
    next(&context, session.as_ref(), redirects, request, decision).await
}

/// The next step of a request in this session; a redirect has this status.
async fn next(
    context: &RequestContext,
    session: Option<&Session>,
    status: StatusCode,
    request: &str,
    decision: Option<Decision>,
) -> Result<Response, PageError> {
    let params = Params::parse(request.as_bytes()).map_err(PageRefusal::Params)?;
    let sent = Sent {
        query: request,
        params: &params,
    };
    let request = BrowserRequest {
        params: &params,
        session,
        decision,
        origin: context.origin(),
    };
    match context.web.provider().authorize(request).await {
        Authorization::Answer(response) => to_client(context, session, status, &response),
        Authorization::Login(login) => Ok(to_login(context, status, &login, sent)),
        Authorization::Page(refusal) => Err(refusal.into()),
        Authorization::Consent(consent) => show(context, session, *consent, sent),
    }
}

fn show(
    context: &RequestContext,
    session: Option<&Session>,
    consent: ConsentRequest,
    sent: Sent<'_>,
) -> Result<Response, PageError> {
    let (layout, cookie) = context.page(session)?;
    let request = sent.or(&consent.back).into_owned();
    let uri = consent.redirect_uri.uri();
    let kind = if uri.is_private_use() {
        DestinationKind::App
    } else if uri.is_on_device() {
        DestinationKind::Loopback
    } else {
        DestinationKind::Website
    };
    let back = format!("{}?{request}", context.web.path(paths::AUTHORIZE));
    let view = Consent {
        layout,
        application: consent.client.name,
        client_id: consent.client.id.to_string(),
        self_registered: consent.client.dynamic.is_some(),
        homepage: address(consent.client.client_uri.as_ref()),
        logo: address(consent.client.logo_uri.as_ref()),
        policy: address(consent.client.policy_uri.as_ref()),
        terms: address(consent.client.tos_uri.as_ref()),
        scopes: consent
            .scopes
            .into_iter()
            .map(|(name, description)| ScopeLine { name, description })
            .collect(),
        destination: Destination {
            kind,
            shown: uri.destination().to_owned(),
        },
        another_account: context.web.login_path(&back),
        remembered: consent.remembered,
        request,
    };
    let policy = Policy {
        picture: view.logo.as_deref(),
        ..FormTarget::Client(uri).into()
    };
    html(&context.web, StatusCode::OK, cookie, &view, policy)
}
