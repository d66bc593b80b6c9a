//! Signing out: our own page, and the endpoint to which applications send people (OpenID Connect RP-Initiated Logout 1.0
//! section 2). Nothing ends by a link from elsewhere, unless it carries an id token of this very session (OWASP ASVS 10.6.2).

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{AskReason, EndedSession, LogoutPlan, LogoutRedirect, LogoutRefusal, Session, paths};

use crate::cookies::Name;
use crate::form::Form;
use crate::onward::REQUEST;
use crate::page_error::{FormRefusal, PageError};
use crate::pages::{error, logged_out, send_on};
use crate::request_context::{RequestContext, own_path, with_cookie};
use crate::respond::{FormTarget, html};
use crate::texts::{Text, text};
use view::Logout;

/// A request to sign out: of an application, or of our own form.
struct LogoutRequest<'a> {
    context: &'a RequestContext,
    /// The request's parameters, and the same as they came.
    params: &'a Params,
    query: &'a str,
    /// Our own path to go to afterwards.
    next: Option<&'a str>,
    /// The status of a redirect.
    status: StatusCode,
}

/// A request by query: ends the session, or asks first.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let session = context.session().await?;
    of_application(&context, StatusCode::FOUND, context.query(), session).await
}

/// Our own form, which the person has sent; anything else is the request of an application. A form from another site comes without
/// the session's cookie: a page of ours sends it again, and then the cookie comes with it. It stays out of addresses, since it may
/// hold an id token.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = match form.0 {
        Ok(form) => form,
        Err(refusal) => {
            let failure = match refusal {
                FormRefusal::Params(error) => LogoutRefusal::Params(error).into(),
                refusal => PageError::Form(refusal),
            };
            let session = context.session().await?;
            return error::sign_out_refused(&context, session.as_ref(), &failure);
        }
    };
    if form.get("csrf_token").is_none() {
        if let Some(request) = form.get(REQUEST) {
            let session = context.session().await?;
            return of_application(&context, StatusCode::SEE_OTHER, request, session).await;
        }
        let query = form.to_query();
        if context.cookies_may_be_missing() {
            let here = context.web.path(paths::END_SESSION);
            return send_on::page(&context, &here, &[(REQUEST, &query)]);
        }
        let session = context.session().await?;
        return of_application(&context, StatusCode::SEE_OTHER, &query, session).await;
    }
    let session = context.session().await?;
    if session.is_some() {
        context.check_form(&form, session.as_ref())?;
    }
    let query = form.get("request").unwrap_or_default();
    let params = match Params::parse(query.as_bytes()) {
        Ok(params) => params,
        Err(refusal) => {
            return error::sign_out_refused(
                &context,
                session.as_ref(),
                &LogoutRefusal::Params(refusal).into(),
            );
        }
    };
    let request = LogoutRequest {
        context: &context,
        params: &params,
        query,
        next: form.get("next").and_then(own_path),
        status: StatusCode::SEE_OTHER,
    };
    request.answer(session, true).await
}

/// A request as an application sent it.
async fn of_application(
    context: &RequestContext,
    status: StatusCode,
    query: &str,
    session: Option<Session>,
) -> Result<Response, PageError> {
    let params = match Params::parse(query.as_bytes()) {
        Ok(params) => params,
        Err(refusal) => {
            let failure = LogoutRefusal::Params(refusal).into();
            return error::sign_out_refused(context, session.as_ref(), &failure);
        }
    };
    let request = LogoutRequest {
        context,
        params: &params,
        query,
        next: params.get("next").and_then(own_path),
        status,
    };
    request.answer(session, false).await
}

impl LogoutRequest<'_> {
    async fn answer(&self, session: Option<Session>, confirmed: bool) -> Result<Response, PageError> {
        let provider = self.context.web.provider();
        let next = provider
            .plan_logout(self.params, session.as_ref(), confirmed)
            .await;
        match (next, session) {
            (LogoutPlan::Refuse(refusal @ LogoutRefusal::Store(_)), _) => Err(refusal.into()),
            (LogoutPlan::Refuse(refusal), session) => {
                error::sign_out_refused(self.context, session.as_ref(), &refusal.into())
            }
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
            notice: notice(reason),
            request: self.query.to_owned(),
            next: self.next.unwrap_or_default().to_owned(),
        };
        html(
            &self.context.web,
            StatusCode::OK,
            cookie,
            &view,
            match departure.return_to {
                Some(_) => FormTarget::Client,
                None => self.context.web.form_target(self.next.unwrap_or_default()),
            },
        )
    }

    async fn end(&self, departure: &LogoutRedirect, session: &Session) -> Result<Response, PageError> {
        let web = &self.context.web;
        let ended = match web.cookies().session(&self.context.headers) {
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

fn notice(reason: AskReason) -> Option<Text> {
    match reason {
        AskReason::NoHint => None,
        AskReason::AnotherPerson => Some(text!("logout-another-person")),
        AskReason::AnotherSession => Some(text!("logout-another-session")),
    }
}
