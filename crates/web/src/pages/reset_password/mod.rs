//! Choosing another password by a link. Who has a second factor proves it afterwards; everybody is led to their sign-in methods.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{AccountLinkKind, AccountRefusal, LinkPurpose, ResetRefusal, SignInProgress, paths};

use crate::cookies::Name;
use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::enrolment;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::held_link::{HeldLink, INSTEAD, held_link, out_of_the_address};
use crate::pages::login::{self, Back};
use crate::pages::notice::Notice;
use crate::pages::password_again::passwords_differ;
use crate::pages::refusal;
use crate::pages::second_factor;
use crate::pages::sign_in_methods;
use crate::request_context::{RequestContext, redirect, with_cookie};
use crate::respond::{FormTarget, html};
use crate::texts::text;
use view::ResetPassword;

/// The form, if the link works.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    if let Some(moved) = out_of_the_address(&context, paths::RESET_PASSWORD) {
        return Ok(moved);
    }
    match held_link(&context, AccountLinkKind::Reset, false).await? {
        Ok(link) => show(&context, &link, &Params::default(), Vec::new(), None),
        Err(page) => Ok(page),
    }
}

/// Sets the password, or shows the form to somebody who goes on although they are signed in.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let goes_on = form.get(INSTEAD).is_some();
    let link = match held_link(&context, AccountLinkKind::Reset, goes_on).await? {
        Ok(link) => link,
        Err(page) => return Ok(page),
    };
    if !context.is_current(&form, None) {
        return show(&context, &link, &form, Vec::new(), Some(Notice::Expired));
    }
    let Some(password) = form.get("password") else {
        return show(&context, &link, &form, Vec::new(), None);
    };
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
    let web = &context.web;
    let replaces = web.cookies().session(&context.headers);
    let ends_sessions = form.get("end_others").is_some();
    let reset = web.provider().reset_password(
        &link.token,
        password,
        ends_sessions,
        replaces.as_ref(),
        context.origin(),
    );
    let next = web.path(sign_in_methods::PAGE);
    let back = Back {
        next: &next,
        kept: None,
    };
    let response = match reset.await {
        Ok(SignInProgress::SignedIn(opened)) => {
            let next = web.path_with_notice(sign_in_methods::PAGE, Notice::PasswordReset, &opened.session);
            login::signed_in(&context, &opened, &next)?
        }
        Ok(SignInProgress::SecondFactor(pending)) => second_factor::ask(&context, &pending, back).await?,
        Ok(SignInProgress::Enrolment(pending)) => enrolment::ask(&context, &pending, back).await?,
        Err(ResetRefusal::Account(AccountRefusal::Password(error))) => {
            return refused("password", refusal::password(&error));
        }
        // Somebody else has used it: the page says so.
        Err(ResetRefusal::LinkGone) => {
            let page = web.path(paths::RESET_PASSWORD);
            return Ok(redirect(StatusCode::SEE_OTHER, &page));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    Ok(with_cookie(response, web.remove_cookie(Name::Link)))
}

fn show(
    context: &RequestContext,
    held: &HeldLink,
    form: &Params,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let account = held.shown.account.as_ref();
    let (layout, cookie) = context.page(None)?;
    let view = ResetPassword {
        layout: layout.with_notice(notice),
        username: account
            .map(|account| account.username.to_string())
            .unwrap_or_default(),
        removes_factors: matches!(
            held.shown.link.purpose,
            LinkPurpose::Reset {
                removes_factors: true,
                ..
            }
        ),
        password_length: context.web.provider().settings().min_password_length,
        end_others: form.get("password").is_none() || form.get("end_others").is_some(),
        instead: form.get(INSTEAD).is_some(),
        errors,
    };
    html(&context.web, status, cookie, &view, FormTarget::OwnOrigin)
}
