//! Signing out: our own page, and the endpoint to which applications send people (OpenID Connect RP-Initiated Logout 1.0
//! section 2). Nothing ends by a link from elsewhere, unless it carries an id token of this very session (OWASP ASVS 10.6.2).

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use pixie_oauth::Params;
use pixie_provider::{
    AskReason, Departure, EndSession, EndedApplication, EndedSession, LogoutRefusal, PostLogoutRedirect,
    Session, paths,
};

use crate::cookies::{self, Name};
use crate::failure::{Failure, FormRefusal};
use crate::form::Form;
use crate::respond::{FormLeadsTo, Policy, html, source};
use crate::views::{LoggedOut, Logout, Onward};
use crate::visit::{Visit, own_path, redirect, with_cookie};

/// Seconds for which the pages of applications may load in their frames before the browser goes on.
const FRAMES_MAY_TAKE: u32 = 5;

/// A request to sign out, in one of its two forms.
struct Asked<'a> {
    visit: &'a Visit,
    /// The request's parameters, and the same as they came.
    params: Params,
    query: &'a str,
    /// Our own path to go to afterwards.
    next: Option<&'a str>,
    /// The status of a redirect.
    status: StatusCode,
}

/// A request by query: ends the session where it may, asks where it must.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let params = Params::parse(visit.query().as_bytes()).map_err(LogoutRefusal::Params)?;
    let next = params.get("next").map(str::to_owned);
    let session = visit.session().await?;
    let asked = Asked {
        visit: &visit,
        params,
        query: visit.query(),
        next: next.as_deref().and_then(own_path),
        status: StatusCode::FOUND,
    };
    asked.answer(session, false).await
}

/// Our own form, which the person has sent; anything else is the request of an application, and becomes one by query: a form
/// from another site comes without the session's cookie, the redirect with it.
pub(crate) async fn post(visit: Visit, form: Form) -> Result<Response, Failure> {
    let form = form.0.map_err(|refusal| match refusal {
        FormRefusal::Params(error) => LogoutRefusal::Params(error).into(),
        refusal => Failure::Form(refusal),
    })?;
    if form.get("csrf_token").is_none() {
        let here = visit.web.path(paths::END_SESSION);
        return Ok(redirect(
            StatusCode::SEE_OTHER,
            &format!("{here}?{}", form.to_query()),
        ));
    }
    let session = visit.session().await?;
    if session.is_some() {
        visit.check_form(&form, session.as_ref())?;
    }
    let query = form.get("request").unwrap_or_default();
    let asked = Asked {
        visit: &visit,
        params: Params::parse(query.as_bytes()).map_err(LogoutRefusal::Params)?,
        query,
        next: form.get("next").and_then(own_path),
        status: StatusCode::SEE_OTHER,
    };
    asked.answer(session, true).await
}

impl Asked<'_> {
    async fn answer(&self, session: Option<Session>, confirmed: bool) -> Result<Response, Failure> {
        let provider = self.visit.web.provider();
        let next = provider
            .end_session(&self.params, session.as_ref(), confirmed)
            .await;
        match (next, session) {
            (EndSession::Refuse(refusal), _) => Err(refusal.into()),
            (EndSession::Ask(reason, departure), Some(session)) => self.ask(reason, &departure, &session),
            (EndSession::End(departure), Some(session)) => self.end(&departure, &session).await,
            (
                EndSession::Nobody(departure) | EndSession::Ask(_, departure) | EndSession::End(departure),
                _,
            ) => {
                let response = self.depart(&departure, &EndedSession::default())?;
                let stale = self.visit.web.browser_state_cookie(&self.visit.headers, None);
                Ok(with_cookie(response, stale))
            }
        }
    }

    fn ask(&self, reason: AskReason, departure: &Departure, session: &Session) -> Result<Response, Failure> {
        let (chrome, cookie) = self.visit.page(Some(session))?;
        let view = Logout {
            chrome,
            application: departure.application.clone(),
            notice: notice(reason).map(str::to_owned),
            request: self.query.to_owned(),
            next: self.next.unwrap_or_default().to_owned(),
        };
        html(
            &self.visit.web,
            StatusCode::OK,
            cookie,
            &view,
            leads_to(departure.return_to.as_ref()),
        )
    }

    async fn end(&self, departure: &Departure, session: &Session) -> Result<Response, Failure> {
        let web = &self.visit.web;
        let ended = match cookies::session(&self.visit.headers, web.is_https()) {
            Some(token) => web.provider().log_out(&token, session).await?,
            None => EndedSession::default(),
        };
        let response = self.depart(departure, &ended)?;
        let response = with_cookie(response, web.remove_cookie(Name::Session));
        Ok(with_cookie(
            response,
            web.browser_state_cookie(&self.visit.headers, None),
        ))
    }

    /// Where the browser goes when nobody is signed in any more: to the application or our own path at once, or to the page
    /// that says what ended, which frames the pages of applications first.
    fn depart(&self, departure: &Departure, ended: &EndedSession) -> Result<Response, Failure> {
        let onward = self.onward(departure);
        let frames: Vec<_> = ended
            .applications
            .iter()
            .filter_map(|application| application.frame.as_ref())
            .collect();
        let going = onward.as_ref().filter(|onward| onward.by_itself);
        if let Some(onward) = going.filter(|_| frames.is_empty()) {
            return Ok(redirect(self.status, &onward.url));
        }
        let web = &self.visit.web;
        let (chrome, cookie) = self.visit.page(None)?;
        let goes_on = going.map(|onward| format!("{FRAMES_MAY_TAKE};url={}", onward.url));
        let nonce = goes_on.as_ref().map(|_| web.new_browser()).transpose()?;
        let sources: Vec<_> = frames.iter().map(|frame| source(&frame.registered)).collect();
        let (told, untold): (Vec<_>, Vec<_>) = ended
            .applications
            .iter()
            .partition(|application| application.told || application.frame.is_some());
        let names = |applications: &[&EndedApplication]| {
            let names = applications.iter().map(|application| application.name.clone());
            names.collect()
        };
        let view = LoggedOut {
            chrome,
            told: names(&told),
            untold: names(&untold),
            frames: frames.iter().map(|frame| frame.url.clone()).collect(),
            onward,
            nonce: nonce.clone(),
        };
        let policy = Policy {
            script: nonce.as_deref(),
            frames: &sources,
            ..leads_to(departure.return_to.as_ref()).into()
        };
        let mut response = html(web, StatusCode::OK, cookie, &view, policy)?;
        if let Some(value) = goes_on.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response
                .headers_mut()
                .insert(HeaderName::from_static("refresh"), value);
        }
        Ok(response)
    }

    fn onward(&self, departure: &Departure) -> Option<Onward> {
        if let Some(return_to) = &departure.return_to {
            return Some(Onward {
                url: return_to.location().to_owned(),
                application: departure.application.clone(),
                by_itself: departure.by_itself,
            });
        }
        self.next.map(|path| Onward {
            url: path.to_owned(),
            application: None,
            by_itself: true,
        })
    }
}

fn leads_to(return_to: Option<&PostLogoutRedirect>) -> FormLeadsTo<'_> {
    return_to.map_or(FormLeadsTo::Ourselves, |to| FormLeadsTo::Client(to.registered()))
}

fn notice(reason: AskReason) -> Option<&'static str> {
    match reason {
        AskReason::NoHint => None,
        AskReason::AnotherPerson => Some("It asked to sign out somebody else than you."),
        AskReason::AnotherSession => Some("It asked to end an earlier sign-in of yours, not this one."),
    }
}
