//! Making an account by an invitation. The new account is signed in, and the browser goes on to a page that welcomes its person.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{AccountLinkKind, AccountRefusal, LinkPurpose, NewPerson, paths};
use zeroize::Zeroizing;

use crate::cookies::Name;
use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::held_link::{HeldLink, INSTEAD, held_link, out_of_the_address};
use crate::pages::login;
use crate::pages::notice::Notice;
use crate::pages::password_again::passwords_differ;
use crate::pages::refusal;
use crate::pages::welcome;
use crate::request_context::{RequestContext, redirect, with_cookie};
use crate::respond::{FormTarget, html};
use crate::texts::text;
use view::Invitation;

/// The form, if the link works.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    if let Some(moved) = out_of_the_address(&context, paths::INVITATION) {
        return Ok(moved);
    }
    match held_link(&context, AccountLinkKind::Invitation, false).await? {
        Ok(link) => show(&context, &link, &Params::default(), Vec::new(), None),
        Err(page) => Ok(page),
    }
}

/// Makes the account, or shows the form to somebody who goes on although they are signed in.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let goes_on = form.get(INSTEAD).is_some();
    let link = match held_link(&context, AccountLinkKind::Invitation, goes_on).await? {
        Ok(link) => link,
        Err(page) => return Ok(page),
    };
    if !context.is_current(&form, None) {
        let typed = Params::default();
        let typed = if context.is_from_own_page() { &form } else { &typed };
        return show(&context, &link, typed, Vec::new(), Some(Notice::Expired));
    }
    let Some(username) = form.get("username") else {
        return show(&context, &link, &form, Vec::new(), None);
    };
    let password = form.get("password").unwrap_or_default();
    let refused = |field, message| {
        show(
            &context,
            &link,
            &form,
            vec![FieldError::new(field, message)],
            None,
        )
    };
    if passwords_differ(&form) {
        return refused("password_again", text!("form-passwords-differ"));
    }
    let new = NewPerson {
        username: username.to_owned(),
        name: form.get("name").map(str::to_owned),
        password: Some(Zeroizing::new(password.to_owned())),
        ..NewPerson::default()
    };
    let replaces = context.web.cookies().session(&context.headers);
    let provider = context.web.provider();
    let made = provider.accept_invitation(&link.token, new, replaces.as_ref(), context.origin());
    match made.await {
        Ok(opened) => {
            let web = &context.web;
            let next = web.path_with_notice(welcome::PAGE, Notice::AccountMade, &opened.session);
            let response = login::signed_in(&context, &opened, &next)?;
            Ok(with_cookie(response, web.remove_cookie(Name::Link)))
        }
        Err(refusal @ (AccountRefusal::Username(_) | AccountRefusal::UsernameTaken)) => {
            refused("username", refusal::account(&refusal))
        }
        Err(refusal @ AccountRefusal::Password(_)) => refused("password", refusal::account(&refusal)),
        Err(refusal @ AccountRefusal::Profile(_)) => refused("name", refusal::account(&refusal)),
        // Somebody else had the last use: the page says so.
        Err(AccountRefusal::LinkGone) => {
            let page = context.web.path(paths::INVITATION);
            Ok(redirect(StatusCode::SEE_OTHER, &page))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn show(
    context: &RequestContext,
    held: &HeldLink,
    form: &Params,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let suggested = match &held.shown.link.purpose {
        LinkPurpose::Invitation { username, .. } => username.as_ref().map(|name| name.as_str().to_owned()),
        LinkPurpose::Reset { .. } => None,
    };
    let maker = held.shown.made_by.as_ref();
    let typed = |field| form.get(field).map(str::to_owned);
    let (layout, cookie) = context.page(None)?;
    let view = Invitation {
        layout: layout.with_notice(notice),
        invited_by: maker.map(|maker| maker.name.clone().unwrap_or_else(|| maker.username.to_string())),
        username: typed("username").or(suggested).unwrap_or_default(),
        name: typed("name").unwrap_or_default(),
        password_length: context.web.provider().settings().min_password_length,
        instead: form.get(INSTEAD).is_some(),
        errors,
    };
    html(&context.web, status, cookie, &view, FormTarget::OwnOrigin)
}
