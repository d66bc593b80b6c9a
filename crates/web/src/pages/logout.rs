//! Signing out: by a form only, so that no link from elsewhere can do it (OWASP ASVS 10.6.2).

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;

use crate::cookies::{self, Name};
use crate::failure::Failure;
use crate::form::Form;
use crate::respond::page;
use crate::views::{LoggedOut, Logout};
use crate::visit::{Visit, own_path, redirect, with_cookie};

/// Asks, or says that nobody is signed in.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let Some(session) = visit.session().await? else {
        return logged_out(&visit);
    };
    let next = Params::parse(visit.query.as_bytes())
        .ok()
        .and_then(|params| params.get("next").map(str::to_owned));
    let next = next.as_deref().and_then(own_path).unwrap_or_default().to_owned();
    let (chrome, cookie) = visit.page(Some(&session))?;
    page(&visit.web, cookie, &Logout { chrome, next })
}

/// Ends the session.
pub(crate) async fn post(visit: Visit, form: Form) -> Result<Response, Failure> {
    let form = form.0?;
    let session = visit.session().await?;
    if session.is_none() {
        return logged_out(&visit);
    }
    visit.check_form(&form, session.as_ref())?;
    if let Some(token) = cookies::session(&visit.headers, visit.web.is_https()) {
        visit.web.provider().sign_out(&token).await?;
    }
    let response = match form.get("next").and_then(own_path) {
        Some(next) => redirect(StatusCode::SEE_OTHER, next),
        None => logged_out(&visit)?,
    };
    Ok(with_cookie(response, visit.web.remove_cookie(Name::Session)))
}

fn logged_out(visit: &Visit) -> Result<Response, Failure> {
    let (chrome, cookie) = visit.page(None)?;
    page(&visit.web, cookie, &LoggedOut { chrome })
}
