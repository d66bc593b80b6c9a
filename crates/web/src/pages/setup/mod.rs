//! The page that creates the first administrator, by a link that works once.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::{OneTimeLink, Params};
use pixie_provider::{NewUser, UserRefusal};
use zeroize::Zeroizing;

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::field_error::FieldError;
use crate::request_context::{RequestContext, redirect};
use crate::respond::{FormTarget, html};
use view::Setup;

/// The form, if the link is active.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let link = active_link(&context, &params).await?;
    show(&context, &link, "", Vec::new())
}

/// Creates the account.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    context.check_form(&form, None)?;
    let link = active_link(&context, &form).await?;
    let (username, password) = (
        form.get("username").unwrap_or_default(),
        form.get("password").unwrap_or_default(),
    );
    if form.get("password_again").unwrap_or_default() != password {
        let error = FieldError::new(
            "password_again",
            "The passwords do not match. Type the same one twice.",
        );
        return show(&context, &link, username, vec![error]);
    }
    let new = NewUser {
        username: username.to_owned(),
        password: Some(Zeroizing::new(password.to_owned())),
        ..NewUser::default()
    };
    match context
        .web
        .provider()
        .create_first_administrator(&link, new, context.origin())
        .await
    {
        Ok(_) => Ok(redirect(
            StatusCode::SEE_OTHER,
            &context.web.login_path(&context.web.path("")),
        )),
        Err(refusal @ (UserRefusal::Username(_) | UserRefusal::UsernameTaken)) => show(
            &context,
            &link,
            username,
            vec![FieldError::new("username", refusal.to_string())],
        ),
        Err(refusal @ UserRefusal::Password(_)) => show(
            &context,
            &link,
            username,
            vec![FieldError::new("password", refusal.to_string())],
        ),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn active_link(context: &RequestContext, params: &Params) -> Result<OneTimeLink, PageError> {
    let gone = || PageError::from(UserRefusal::LinkGone);
    let link = params
        .get("token")
        .and_then(|text| OneTimeLink::parse(text).ok())
        .ok_or_else(gone)?;
    if context.web.provider().is_link_alive(&link).await? {
        Ok(link)
    } else {
        Err(gone())
    }
}

fn show(
    context: &RequestContext,
    link: &OneTimeLink,
    username: &str,
    errors: Vec<FieldError>,
) -> Result<Response, PageError> {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let (layout, cookie) = context.page(None)?;
    let view = Setup {
        layout,
        token: link.expose().to_owned(),
        username: username.to_owned(),
        password_length: context.web.provider().settings().min_password_length,
        errors,
    };
    html(&context.web, status, cookie, &view, FormTarget::OwnOrigin)
}
