//! Requests of people who are signed in.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use pixie_oauth::Params;
use pixie_provider::{ActingPerson, Actor, Command, FreshSession, Provider, Session};

use crate::form::Form;
use crate::kept_form::KeptForm;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::layout::Layout;
use crate::pages::login;
use crate::pages::notice::Notice;
use crate::request_context::{RequestContext, redirect};
use crate::respond::{FormTarget, html};
use crate::templates::View;
use crate::web::Web;

/// A request of somebody who is signed in. Anybody else is redirected to the login page and back, and the handler does not
/// run.
pub(crate) struct SignedIn {
    pub(crate) context: RequestContext,
    pub(crate) session: Session,
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Ok(context) = RequestContext::from_request_parts(parts, web).await;
        match context.session().await {
            Ok(Some(session)) => Ok(Self { context, session }),
            Ok(None) => {
                if parts.method == Method::POST {
                    Err(to_login_from_form(&context))
                } else {
                    Err(redirect(StatusCode::FOUND, &web.login_path(&context.target)))
                }
            }
            Err(error) => Err(PageError::from(error).into_response()),
        }
    }
}

/// A form is not sent to the login page again, passwords least of all (RFC 9700 section 4.12).
fn to_login_from_form(context: &RequestContext) -> Response {
    let page = login::path_after_session(&context.web, &context.target, Notice::SessionEnded);
    redirect(StatusCode::SEE_OTHER, &page)
}

/// The login page, which returns to the form with its text. A host application's gets the text in the path to return to.
async fn to_login_with_text(context: &RequestContext, kept: &KeptForm) -> Result<Response, PageError> {
    if context.web.settings().host_login.is_none() {
        return login::session_ended(context, &context.target, kept).await;
    }
    Ok(match kept.to_address(context)? {
        Some(next) => {
            let page = login::path_after_session(&context.web, &next, Notice::SessionEndedWithText);
            redirect(StatusCode::SEE_OTHER, &page)
        }
        None => to_login_from_form(context),
    })
}

/// A form with text that somebody who is signed in has typed. Anybody else gets the login page, which keeps the text and returns to
/// the form with it, and the handler does not run.
pub(crate) struct TypedForm {
    pub(crate) person: SignedIn,
    pub(crate) fields: Params,
    /// False if the form was made for another browser or session: it is shown again with its text, and changes nothing.
    pub(crate) is_current: bool,
}

impl FromRequest<Web> for TypedForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(context) = RequestContext::from_request_parts(&mut parts, web).await;
        let Ok(Form(form)) = Form::from_request(Request::from_parts(parts, body), web).await;
        let session = context.session().await;
        let session = session.map_err(|error| PageError::from(error).into_response())?;
        let fields = form.map_err(|refusal| PageError::from(refusal).into_response())?;
        let own = context.is_from_own_page();
        let Some(session) = session else {
            return Err(if own {
                to_login_with_text(&context, &KeptForm::of(&fields))
                    .await
                    .into_response()
            } else {
                to_login_from_form(&context)
            });
        };
        if !own {
            let checked = context.check_form(&fields, Some(&session));
            checked.map_err(IntoResponse::into_response)?;
        }
        Ok(Self {
            is_current: context.is_current(&fields, Some(&session)),
            person: SignedIn { context, session },
            fields,
        })
    }
}

impl SignedIn {
    pub(crate) fn provider(&self) -> &Provider {
        self.context.web.provider()
    }

    /// The actor of the commands that this request gives.
    pub(crate) fn actor(&self) -> Actor<'_> {
        Actor::Person(ActingPerson {
            account: &self.session.account,
            request: self.context.origin(),
        })
    }

    /// Returns `true` if the user may run the command.
    pub(crate) fn may(&self, command: Command) -> bool {
        self.provider().may(self.actor(), command)
    }

    /// The session as the proof that the person signed in a moment ago, if they did.
    pub(crate) fn fresh(&self) -> Option<FreshSession<'_>> {
        self.provider()
            .fresh_session(&self.session, self.context.origin())
    }

    /// The way to the login page and back to a page of ours, for somebody who has to sign in again first.
    pub(crate) fn to_sign_in_again(&self, page: &str) -> Result<Response, PageError> {
        let web = &self.context.web;
        let reason = Some(Notice::SignInAgain.word());
        onward::to_page(
            &self.context,
            StatusCode::SEE_OTHER,
            &web.login_page(),
            &web.path(page),
            reason,
        )
    }

    /// The fields of a form that was made for this browser and session.
    pub(crate) fn accept(&self, form: Form) -> Result<Params, PageError> {
        let params = form.0?;
        self.context.check_form(&params, Some(&self.session))?;
        Ok(params)
    }

    /// The redirect after a change, to a page that confirms it.
    pub(crate) fn done(&self, notice: Notice, page: &str) -> Response {
        let page = self.context.web.path_with_notice(page, notice, &self.session);
        redirect(StatusCode::SEE_OTHER, &page)
    }

    /// A page for this person, with status 200.
    pub(crate) fn show<V: View>(&self, view: impl FnOnce(Layout) -> V) -> Result<Response, PageError> {
        self.show_with(StatusCode::OK, view)
    }

    /// A page for this person, with another status.
    pub(crate) fn show_with<V: View>(
        &self,
        status: StatusCode,
        view: impl FnOnce(Layout) -> V,
    ) -> Result<Response, PageError> {
        let (layout, cookie) = self.context.page(Some(&self.session))?;
        html(
            &self.context.web,
            status,
            cookie,
            &view(layout),
            FormTarget::OwnOrigin,
        )
    }

    /// A page for this person whose forms may lead elsewhere.
    pub(crate) fn show_leading_to<V: View>(
        &self,
        form_target: FormTarget,
        view: impl FnOnce(Layout) -> V,
    ) -> Result<Response, PageError> {
        let (layout, cookie) = self.context.page(Some(&self.session))?;
        html(
            &self.context.web,
            StatusCode::OK,
            cookie,
            &view(layout),
            form_target,
        )
    }
}
