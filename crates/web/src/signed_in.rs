//! Requests of people who are signed in.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use pixie_oauth::Params;
use pixie_provider::{ActingPerson, Actor, Command, Provider, Session};

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::layout::Layout;
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
                // A form is not sent to the login page again, passwords least of all (RFC 9700 section 4.12).
                let status = if parts.method == Method::POST {
                    StatusCode::SEE_OTHER
                } else {
                    StatusCode::FOUND
                };
                Err(redirect(status, &web.login_path(&context.target)))
            }
            Err(error) => Err(PageError::from(error).into_response()),
        }
    }
}

impl SignedIn {
    pub(crate) fn provider(&self) -> &Provider {
        self.context.web.provider()
    }

    /// The actor of the commands that this request gives.
    pub(crate) fn actor(&self) -> Actor<'_> {
        Actor::Person(ActingPerson {
            account: &self.session.user,
            request: self.context.origin(),
        })
    }

    /// Returns `true` if the user may run the command.
    pub(crate) fn may(&self, command: Command) -> bool {
        self.provider().may(self.actor(), command)
    }

    /// The fields of a form that was made for this browser and session.
    pub(crate) fn accept(&self, form: Form) -> Result<Params, PageError> {
        let params = form.0?;
        self.context.check_form(&params, Some(&self.session))?;
        Ok(params)
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
}
