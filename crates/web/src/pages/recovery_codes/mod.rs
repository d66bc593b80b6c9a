//! New recovery codes, shown once.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_provider::{RecoveryCodes, Session};

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::sign_in_methods;
use crate::request_context::RequestContext;
use crate::respond::html;
use crate::signed_in::SignedIn;
use view::ShowRecoveryCodes;

/// Makes codes in place of those before.
pub(crate) async fn post(person: SignedIn, form: Form) -> Result<Response, PageError> {
    person.accept(form)?;
    let Some(fresh) = person.fresh() else {
        return person.to_sign_in_again(sign_in_methods::PAGE);
    };
    let codes = person.provider().make_recovery_codes(fresh).await?;
    show(&person, &codes)
}

/// Shows them.
pub(crate) fn show(person: &SignedIn, codes: &RecoveryCodes) -> Result<Response, PageError> {
    let next = person.context.web.path(sign_in_methods::PAGE);
    show_before(&person.context, &person.session, codes, &next)
}

/// Shows them before the person goes on to a path of ours.
pub(crate) fn show_before(
    context: &RequestContext,
    session: &Session,
    codes: &RecoveryCodes,
    next: &str,
) -> Result<Response, PageError> {
    let (layout, cookie) = context.page(Some(session))?;
    let view = ShowRecoveryCodes {
        layout,
        codes: codes.iter().map(|code| code.to_string()).collect(),
        download: codes
            .iter()
            .map(|code| code.as_str())
            .collect::<Vec<_>>()
            .join("%0A"),
        username: session.account.username.as_str().to_owned(),
        next: next.to_owned(),
        request: context.web.request_for_a_body(next),
    };
    let target = context.web.form_target(next);
    html(&context.web, StatusCode::OK, cookie, &view, target)
}
