//! The page that creates the first administrator, by a link that works once.

pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::{OneTimeLink, Params};
use pixie_provider::{AccountRefusal, NewPerson};
use zeroize::Zeroizing;

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::login;
use crate::pages::notice::Notice;
use crate::pages::password_again::passwords_differ;
use crate::pages::refusal;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, html};
use crate::texts::{Text, text};
use view::Setup;

/// The form, if the link is active.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let link = active_link(&context, &params).await?;
    show(&context, &link, "", Vec::new(), None)
}

/// Creates the account.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let link = active_link(&context, &form).await?;
    let (username, password) = (
        form.get("username").unwrap_or_default(),
        form.get("password").unwrap_or_default(),
    );
    if !context.is_current(&form, None) {
        let username = if context.is_from_own_page() { username } else { "" };
        return show(&context, &link, username, Vec::new(), Some(Notice::Expired));
    }
    let refused = |field, message: Text| {
        show(
            &context,
            &link,
            username,
            vec![FieldError::new(field, message)],
            None,
        )
    };
    if passwords_differ(&form) {
        return refused("password_again", text!("form-passwords-differ"));
    }
    let new = NewPerson {
        username: username.to_owned(),
        password: Some(Zeroizing::new(password.to_owned())),
        ..NewPerson::default()
    };
    let replaces = context.web.cookies().session(&context.headers);
    let provider = context.web.provider();
    let made = provider.create_first_administrator(&link, new, replaces.as_ref(), context.origin());
    match made.await {
        Ok(opened) => {
            let home = context
                .web
                .path_with_notice("", Notice::AdministratorMade, &opened.session);
            login::signed_in(&context, &opened, &home)
        }
        Err(refusal @ (AccountRefusal::Username(_) | AccountRefusal::UsernameTaken)) => {
            refused("username", refusal::account(&refusal))
        }
        Err(refusal @ AccountRefusal::Password(_)) => refused("password", refusal::account(&refusal)),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn active_link(context: &RequestContext, params: &Params) -> Result<OneTimeLink, PageError> {
    let gone = || PageError::from(AccountRefusal::LinkGone);
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
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let (layout, cookie) = context.page(None)?;
    let view = Setup {
        layout: layout.with_notice(notice),
        token: link.expose().to_owned(),
        username: username.to_owned(),
        password_length: context.web.provider().settings().min_password_length,
        errors,
    };
    html(&context.web, status, cookie, &view, FormTarget::OwnOrigin)
}
