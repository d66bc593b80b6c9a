//! Adding an app in the sign-in: the policy asks for a second factor, and the account has none.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{CompleteEnrolment, CredentialRefusal, Enrolled};

use crate::cookies::Name;
use crate::form::Form;
use crate::kept_form::KeptForm;
use crate::page_error::PageError;
use crate::pages::field_error::FieldError;
use crate::pages::login::{self, Back};
use crate::pages::moment::day;
use crate::pages::notice::Notice;
use crate::pages::recovery_codes;
use crate::pages::second_factor::{self, ended, sent};
use crate::pages::totp_add::{field_error, qr};
use crate::request_context::{RequestContext, own_path, with_cookie};
use crate::respond::html;
use view::EnrolmentForm;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "login/second-factor/app/";

/// The state of the page.
struct Page<'a> {
    status: StatusCode,
    back: Back<'a>,
    /// The form that was sent.
    typed: &'a Params,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
}

impl<'a> Page<'a> {
    fn new(typed: &'a Params, back: Back<'a>) -> Self {
        Self {
            status: StatusCode::OK,
            back,
            typed,
            errors: Vec::new(),
            notice: None,
        }
    }
}

/// Asks somebody whose first factor was just proved to add a second one. A form that waits for the sign-in is on the page itself.
pub(crate) async fn ask(
    context: &RequestContext,
    pending: &str,
    back: Back<'_>,
) -> Result<Response, PageError> {
    if back.kept.is_none() {
        return second_factor::go_on_at(context, PAGE, pending, back);
    }
    ask_here(context, pending, back).await
}

/// The page in place of the one that was asked for.
pub(crate) async fn ask_here(
    context: &RequestContext,
    pending: &str,
    back: Back<'_>,
) -> Result<Response, PageError> {
    let response = show(context, Some(pending), Page::new(&Params::default(), back)).await?;
    Ok(with_cookie(
        response,
        context.web.set_cookie(Name::PendingSignIn, pending),
    ))
}

/// The form.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let back = Back::of(&params, None);
    show(&context, sent(&context), Page::new(&Params::default(), back)).await
}

/// Adds the app, or puts that off. A form without a code asks for the page: the path to return to must not be in an address.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let kept = KeptForm::in_login_form(&form);
    let back = Back::of(&form, kept.as_ref());
    let page = Page::new(&form, back);
    let later = form.get("later").is_some();
    let code = form.get("code");
    if code.is_none() && !later {
        return show(&context, sent(&context), page).await;
    }
    if !context.is_current(&form, None) {
        let page = Page {
            status: StatusCode::FORBIDDEN,
            notice: Some(Notice::Expired),
            back: back.of_expired_form(&context),
            ..page
        };
        return show(&context, sent(&context), page).await;
    }
    let Some(pending) = sent(&context) else {
        return ended(&context, back.next);
    };
    let replaces = context.web.cookies().session(&context.headers);
    let provider = context.web.provider();
    if later {
        let put_off = provider.put_off_enrolment(pending, replaces.as_ref(), context.origin());
        return match put_off.await {
            Ok(opened) => second_factor::finish(context, &opened, back).await,
            Err(refusal) => {
                tracing::warn!(reason = %refusal, "second factor not put off");
                ended(&context, back.next)
            }
        };
    }
    let request = CompleteEnrolment {
        pending,
        sealed: form.get("secret").unwrap_or_default(),
        code: code.unwrap_or_default(),
        label: form.get("name").unwrap_or_default(),
        request: context.origin(),
        replaces: replaces.as_ref(),
    };
    match provider.complete_enrolment(request).await {
        Ok(enrolled) => enrolled_page(context, &enrolled, back).await,
        Err(CredentialRefusal::SignInEnded) => ended(&context, back.next),
        Err(refusal) => {
            let error = field_error(refusal)?;
            let page = Page {
                status: StatusCode::BAD_REQUEST,
                errors: vec![error],
                ..page
            };
            show(&context, Some(pending), page).await
        }
    }
}

/// The recovery codes, from which the person goes on to where they were.
async fn enrolled_page(
    context: RequestContext,
    enrolled: &Enrolled,
    back: Back<'_>,
) -> Result<Response, PageError> {
    let opened = &enrolled.signed_in;
    let Some(codes) = &enrolled.recovery_codes else {
        return second_factor::finish(context, opened, back).await;
    };
    let next = own_path(back.next).map(str::to_owned);
    let next = next.unwrap_or_else(|| context.web.path(""));
    let with_text = match back.kept {
        Some(kept) => kept.to_address(&context, &next)?,
        None => None,
    };
    let next = with_text.unwrap_or(next);
    let response = recovery_codes::show_before(&context, &opened.session, codes, &next)?;
    let cookie = context.web.remove_cookie(Name::PendingSignIn);
    Ok(with_cookie(
        login::with_session(&context, opened, response),
        cookie,
    ))
}

async fn show(
    context: &RequestContext,
    pending: Option<&str>,
    page: Page<'_>,
) -> Result<Response, PageError> {
    let web = &context.web;
    let session = web.cookies().session(&context.headers);
    let sealed = page.typed.get("secret");
    let enrolment = match pending {
        Some(pending) => {
            web.provider()
                .enrolment(pending, session.as_ref(), sealed)
                .await?
        }
        None => None,
    };
    let Some(enrolment) = enrolment else {
        return ended(context, page.back.next);
    };
    let next = own_path(page.back.next).unwrap_or_default();
    let preview = login::preview(context, next).await;
    let (layout, cookie) = context.page(None)?;
    let view = EnrolmentForm {
        layout: layout.with_notice(page.notice),
        next: next.to_owned(),
        kept: page.back.kept.map(KeptForm::to_field).unwrap_or_default(),
        application: preview.map(|preview| preview.client.name),
        required_from: enrolment.required_from.map(day),
        picture: qr::picture(&enrolment.totp.address),
        secret: enrolment.totp.secret.to_string(),
        sealed: enrolment.totp.sealed,
        name: page.typed.get("name").unwrap_or_default().to_owned(),
        errors: page.errors,
    };
    html(web, page.status, cookie, &view, web.form_target(next))
}
