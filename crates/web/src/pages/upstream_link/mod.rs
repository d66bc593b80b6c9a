//! An identity at an upstream provider that is linked to nobody: its person signs in to their account and links it, or makes an
//! account. Links are made on proof of both sides.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_provider::{Session, UpstreamRefusal, WaitingIdentity};

use crate::cookies::Name;
use crate::form::Form;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::notice::Notice;
use crate::pages::{sign_in_methods, upstream_sign_in};
use crate::request_context::{RequestContext, own_path, with_cookie};
use crate::respond::html;
use crate::signed_in::SignedIn;
use view::LinkIdentity;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "login/link/";

/// The question.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let session = context.session().await?;
    match waiting(&context) {
        Some(identity) => show(&context, session.as_ref(), identity, StatusCode::OK, None),
        None => ended(&context),
    }
}

/// Links the identity to the account of the session, or makes an account.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let session = context.session().await?;
    let Some(identity) = waiting(&context) else {
        return ended(&context);
    };
    let creates = form.get("action") == Some("create");
    if !context.is_current(&form, session.as_ref()) {
        let notice = Some(Notice::Expired);
        return show(
            &context,
            session.as_ref(),
            identity,
            StatusCode::FORBIDDEN,
            notice,
        );
    }
    let response = match session {
        _ if creates => create(&context).await?,
        Some(session) => link(SignedIn { context, session }).await?,
        None => return show(&context, None, identity, StatusCode::OK, None),
    };
    Ok(response)
}

async fn create(context: &RequestContext) -> Result<Response, PageError> {
    let web = &context.web;
    let replaces = web.cookies().session(&context.headers);
    let sealed = sent(context).unwrap_or_default();
    let (provider, origin) = (web.provider(), context.origin());
    let created = provider.create_from_waiting_identity(sealed, replaces.as_ref(), origin);
    match created.await {
        Ok(created) => {
            let response = upstream_sign_in::go_on(context, created.progress, &created.next).await?;
            Ok(with_cookie(response, web.remove_cookie(Name::WaitingIdentity)))
        }
        Err(UpstreamRefusal::Ended) => ended(context),
        Err(refusal) => Err(upstream_sign_in::failure(refusal)),
    }
}

async fn link(person: SignedIn) -> Result<Response, PageError> {
    let context = &person.context;
    let Some(fresh) = person.fresh() else {
        return person.to_sign_in_again(PAGE);
    };
    let sealed = sent(context).unwrap_or_default();
    match person.provider().link_waiting_identity(fresh, sealed).await {
        Ok(next) => {
            let response = match own_path(&next) {
                Some(next) => onward::follow(context, StatusCode::SEE_OTHER, next)?,
                None => person.done(Notice::MethodAdded, sign_in_methods::PAGE),
            };
            let cookie = context.web.remove_cookie(Name::WaitingIdentity);
            Ok(with_cookie(response, cookie))
        }
        Err(UpstreamRefusal::Ended) => ended(context),
        Err(refusal) => Err(upstream_sign_in::failure(refusal)),
    }
}

/// The value of the cookie that the browser sent.
fn sent(context: &RequestContext) -> Option<&str> {
    context
        .web
        .cookies()
        .read(&context.headers, Name::WaitingIdentity)
}

fn waiting(context: &RequestContext) -> Option<WaitingIdentity> {
    context.web.provider().waiting_identity(sent(context)?)
}

/// Back to the login page, with the reason.
fn ended(context: &RequestContext) -> Result<Response, PageError> {
    let web = &context.web;
    let reason = Some(Notice::SignInEnded.word());
    let response = onward::to_page(context, StatusCode::SEE_OTHER, &web.login_page(), "", reason)?;
    Ok(with_cookie(response, web.remove_cookie(Name::WaitingIdentity)))
}

fn show(
    context: &RequestContext,
    session: Option<&Session>,
    identity: WaitingIdentity,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let web = &context.web;
    let (layout, cookie) = context.page(session)?;
    let next = own_path(&identity.next).unwrap_or_default();
    let view = LinkIdentity {
        layout: layout.with_notice(notice),
        upstream_name: identity.upstream_name,
        label: identity.label,
        address_is_known: identity.address_is_known,
        may_create: identity.may_create,
        login: web.login_path(&web.path(PAGE)),
    };
    html(web, status, cookie, &view, web.form_target(next))
}
