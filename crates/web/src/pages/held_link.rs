//! A link that a browser has opened. Its secret leaves the address at once: a cookie keeps it for an hour.

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::{OneTimeLink, Params};
use pixie_provider::{AccountLinkKind, LinkState, ShownLink};

use crate::cookies::Name;
use crate::page_error::PageError;
use crate::pages::link_refused::{self, Reason};
use crate::request_context::{RequestContext, redirect, with_cookie};

/// The field of a form by which somebody who is signed in goes on as somebody else.
pub(crate) const INSTEAD: &str = "instead";

/// A link that works.
pub(crate) struct HeldLink {
    pub(crate) token: OneTimeLink,
    pub(crate) shown: ShownLink,
}

/// The redirect to the page without the secret in its address, for a request that has one.
pub(crate) fn out_of_the_address(context: &RequestContext, page: &str) -> Option<Response> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let token = params.get("token")?;
    let response = redirect(StatusCode::SEE_OTHER, &context.web.path(page));
    // What is no link is not kept: the page says that there is none.
    let cookie = match OneTimeLink::parse(token) {
        Ok(link) => context.web.set_cookie(Name::Link, link.expose()),
        Err(_) => context.web.remove_cookie(Name::Link),
    };
    Some(with_cookie(response, cookie))
}

/// The link of the browser, or the page that says why it does not work. Somebody who is signed in with another account is asked first,
/// unless the form says that they go on.
pub(crate) async fn held_link(
    context: &RequestContext,
    kind: AccountLinkKind,
    goes_on: bool,
) -> Result<Result<HeldLink, Response>, PageError> {
    let cookie = context.web.cookies().read(&context.headers, Name::Link);
    let Some(token) = cookie.and_then(|text| OneTimeLink::parse(text).ok()) else {
        return link_refused::show(context, kind, Reason::Unknown, None).map(Err);
    };
    let (reason, ended_at) = match context.web.provider().link_state(&token).await? {
        LinkState::Active(shown) if shown.link.purpose.kind() == kind => {
            let session = context.session().await?;
            let other = session.filter(|session| {
                let account = shown.account.as_ref();
                account.is_none_or(|account| account.id != session.account.id)
            });
            return match other {
                Some(session) if !goes_on => {
                    let username = session.account.username.as_str();
                    link_refused::ask_to_go_on(context, kind, username).map(Err)
                }
                _ => Ok(Ok(HeldLink { token, shown: *shown })),
            };
        }
        LinkState::Active(_) | LinkState::Unknown => (Reason::Unknown, None),
        LinkState::Expired(at) => (Reason::Expired, Some(at)),
        LinkState::Used => (Reason::Used, None),
        LinkState::Disabled => (Reason::Disabled, None),
    };
    link_refused::show(context, kind, reason, ended_at).map(Err)
}
