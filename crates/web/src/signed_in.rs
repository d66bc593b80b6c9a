//! Requests of people who are signed in.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use pixie_oauth::Params;
use pixie_provider::{Actor, Provider, Session};

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::layout::Chrome;
use crate::respond::{FormLeadsTo, html};
use crate::templates::View;
use crate::visit::{Visit, redirect};
use crate::web::Web;

/// A request of somebody who is signed in. Everybody else is sent to the login page and back, so that a handler that
/// asks for it is never run for them.
pub(crate) struct SignedIn {
    pub(crate) visit: Visit,
    pub(crate) session: Session,
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, web).await;
        match visit.session().await {
            Ok(Some(session)) => Ok(Self { visit, session }),
            Ok(None) => {
                // A form is not sent to the login page again, passwords least of all (RFC 9700 section 4.12).
                let status = if parts.method == Method::POST {
                    StatusCode::SEE_OTHER
                } else {
                    StatusCode::FOUND
                };
                Err(redirect(status, &web.login_path(&visit.target)))
            }
            Err(error) => Err(Failure::from(error).into_response()),
        }
    }
}

impl SignedIn {
    pub(crate) fn provider(&self) -> &Provider {
        self.visit.web.provider()
    }

    /// On whose behalf applications are managed.
    pub(crate) fn actor(&self) -> Actor<'_> {
        Actor::Person(&self.session.user)
    }

    /// The fields of a form that was made for this browser and session.
    pub(crate) fn accept(&self, form: Form) -> Result<Params, Failure> {
        let params = form.0?;
        self.visit.check_form(&params, Some(&self.session))?;
        Ok(params)
    }

    /// A page for this person.
    pub(crate) fn show<V: View>(&self, view: impl FnOnce(Chrome) -> V) -> Result<Response, Failure> {
        self.show_with(StatusCode::OK, view)
    }

    /// A page for this person, with a status.
    pub(crate) fn show_with<V: View>(
        &self,
        status: StatusCode,
        view: impl FnOnce(Chrome) -> V,
    ) -> Result<Response, Failure> {
        let (chrome, cookie) = self.visit.page(Some(&self.session))?;
        html(
            &self.visit.web,
            status,
            cookie,
            &view(chrome),
            FormLeadsTo::Ourselves,
        )
    }
}
