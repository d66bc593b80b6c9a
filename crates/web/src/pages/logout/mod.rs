//! Signing out: our own page, and the endpoint to which applications send people (OpenID Connect RP-Initiated Logout 1.0
//! section 2). Nothing ends by a link from elsewhere, unless it carries an id token of this very session (OWASP ASVS 10.6.2).

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{AskReason, EndedSession, LogoutPlan, LogoutRedirect, LogoutRefusal, Session, paths};

use crate::cookies::{self, Name};
use crate::form::Form;
use crate::page_error::{FormRefusal, PageError};
use crate::pages::logged_out::{self, form_target};
use crate::request_context::{RequestContext, own_path, redirect, with_cookie};
use crate::respond::html;
use view::Logout;

/// A request to sign out, in one of its two forms.
struct LogoutRequest<'a> {
    context: &'a RequestContext,
    /// The request's parameters, and the same as they came.
    params: Params,
    query: &'a str,
    /// Our own path to go to afterwards.
    next: Option<&'a str>,
    /// The status of a redirect.
    status: StatusCode,
}

/// A request by query: ends the session, or asks first.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).map_err(LogoutRefusal::Params)?;
    let next = params.get("next").map(str::to_owned);
    let session = context.session().await?;
    let request = LogoutRequest {
        context: &context,
        params,
        query: context.query(),
        next: next.as_deref().and_then(own_path),
        status: StatusCode::FOUND,
    };
    request.answer(session, false).await
}

/// Our own form, which the person has sent; anything else is the request of an application, and becomes one by query: a form
/// from another site comes without the session's cookie, the redirect with it.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0.map_err(|refusal| match refusal {
        FormRefusal::Params(error) => LogoutRefusal::Params(error).into(),
        refusal => PageError::Form(refusal),
    })?;
    if form.get("csrf_token").is_none() {
        let here = context.web.path(paths::END_SESSION);
        return Ok(redirect(
            StatusCode::SEE_OTHER,
            &format!("{here}?{}", form.to_query()),
        ));
    }
    let session = context.session().await?;
    if session.is_some() {
        context.check_form(&form, session.as_ref())?;
    }
    let query = form.get("request").unwrap_or_default();
    let request = LogoutRequest {
        context: &context,
        params: Params::parse(query.as_bytes()).map_err(LogoutRefusal::Params)?,
        query,
        next: form.get("next").and_then(own_path),
        status: StatusCode::SEE_OTHER,
    };
    request.answer(session, true).await
}

impl LogoutRequest<'_> {
    async fn answer(&self, session: Option<Session>, confirmed: bool) -> Result<Response, PageError> {
        let provider = self.context.web.provider();
        let next = provider
            .plan_logout(&self.params, session.as_ref(), confirmed)
            .await;
        match (next, session) {
            (LogoutPlan::Refuse(refusal), _) => Err(refusal.into()),
            (LogoutPlan::Ask(reason, departure), Some(session)) => self.ask(reason, &departure, &session),
            (LogoutPlan::End(departure), Some(session)) => self.end(&departure, &session).await,
            (
                LogoutPlan::Nobody(departure) | LogoutPlan::Ask(_, departure) | LogoutPlan::End(departure),
                _,
            ) => {
                let response = logged_out::show(
                    self.context,
                    self.status,
                    &departure,
                    self.next,
                    &EndedSession::default(),
                )?;
                let stale = self.context.web.browser_state_cookie(&self.context.headers, None);
                Ok(with_cookie(response, stale))
            }
        }
    }

    fn ask(
        &self,
        reason: AskReason,
        departure: &LogoutRedirect,
        session: &Session,
    ) -> Result<Response, PageError> {
        let (layout, cookie) = self.context.page(Some(session))?;
        let view = Logout {
            layout,
            application: departure.application.clone(),
            notice: notice(reason).map(str::to_owned),
            request: self.query.to_owned(),
            next: self.next.unwrap_or_default().to_owned(),
        };
        html(
            &self.context.web,
            StatusCode::OK,
            cookie,
            &view,
            form_target(departure.return_to.as_ref()),
        )
    }

    async fn end(&self, departure: &LogoutRedirect, session: &Session) -> Result<Response, PageError> {
        let web = &self.context.web;
        let ended = match cookies::session(&self.context.headers, web.is_https()) {
            Some(token) => {
                let origin = self.context.origin();
                web.provider().end_session(&token, session, origin).await?
            }
            None => EndedSession::default(),
        };
        let response = logged_out::show(self.context, self.status, departure, self.next, &ended)?;
        let response = with_cookie(response, web.remove_cookie(Name::Session));
        let state = web.browser_state_cookie(&self.context.headers, None);
        let mut response = with_cookie(response, state);
        if let Some(host) = &web.settings().host_login {
            host.logged_out(session, response.headers_mut());
        }
        Ok(response)
    }
}

fn notice(reason: AskReason) -> Option<&'static str> {
    match reason {
        AskReason::NoHint => None,
        AskReason::AnotherPerson => Some("The application asked to sign out another account."),
        AskReason::AnotherSession => {
            Some("The application asked to end an earlier session of yours, not this one.")
        }
    }
}
