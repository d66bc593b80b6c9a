//! The first administrator, by a link that works once.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::{OneTimeLink, Params};
use pixie_provider::{NewUser, UserRefusal};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::field_error::FieldError;
use crate::respond::{FormLeadsTo, html};
use crate::visit::{Visit, redirect};
use view::Setup;

/// The form, while the link works.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let params = Params::parse(visit.query().as_bytes()).unwrap_or_default();
    let link = living_link(&visit, &params).await?;
    show(&visit, &link, "", Vec::new())
}

/// Makes the account.
pub(crate) async fn post(visit: Visit, form: Form) -> Result<Response, Failure> {
    let form = form.0?;
    visit.check_form(&form, None)?;
    let link = living_link(&visit, &form).await?;
    let (username, password) = (
        form.get("username").unwrap_or_default(),
        form.get("password").unwrap_or_default(),
    );
    if form.get("password_again").unwrap_or_default() != password {
        let error = FieldError::new(
            "password_again",
            "The two passwords differ. Type the same one twice.",
        );
        return show(&visit, &link, username, vec![error]);
    }
    let new = NewUser {
        username: username.to_owned(),
        password: Some(Zeroizing::new(password.to_owned())),
        ..NewUser::default()
    };
    match visit.web.provider().create_first_administrator(&link, new).await {
        Ok(_) => Ok(redirect(
            StatusCode::SEE_OTHER,
            &visit.web.login_path(&visit.web.path("")),
        )),
        Err(refusal @ (UserRefusal::Username(_) | UserRefusal::UsernameTaken)) => show(
            &visit,
            &link,
            username,
            vec![FieldError::new("username", refusal.to_string())],
        ),
        Err(refusal @ UserRefusal::Password(_)) => show(
            &visit,
            &link,
            username,
            vec![FieldError::new("password", refusal.to_string())],
        ),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn living_link(visit: &Visit, params: &Params) -> Result<OneTimeLink, Failure> {
    let gone = || Failure::from(UserRefusal::LinkGone);
    let link = params
        .get("token")
        .and_then(|text| OneTimeLink::parse(text).ok())
        .ok_or_else(gone)?;
    if visit.web.provider().is_link_alive(&link).await? {
        Ok(link)
    } else {
        Err(gone())
    }
}

fn show(
    visit: &Visit,
    link: &OneTimeLink,
    username: &str,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let (chrome, cookie) = visit.page(None)?;
    let view = Setup {
        chrome,
        token: link.expose().to_owned(),
        username: username.to_owned(),
        password_length: visit.web.provider().settings().shortest_password,
        errors,
    };
    html(&visit.web, status, cookie, &view, FormLeadsTo::Ourselves)
}
