//! Creating an account (Initiating User Registration via OpenID Connect: `prompt=create`), if the server lets people do that
//! themselves. The new account is signed in, and the browser returns to `next`. If people need an invitation, the page says so.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{AccountRefusal, NewPerson, SignUpMode};
use zeroize::Zeroizing;

use crate::form::Form;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::login;
use crate::pages::notice::Notice;
use crate::pages::password_again::passwords_differ;
use crate::pages::refusal;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::request_context::{RequestContext, own_path};
use crate::respond::{html, retry_after};
use crate::texts::text;
use view::SignUp;

/// The form.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let next = Params::parse(context.query().as_bytes()).unwrap_or_default();
    show(&context, &next, Vec::new(), None).await
}

/// Creates the account and signs in with it, or shows the form to somebody who comes with the path to return to in a body.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    if onward::only_returns(&form) || needs_invitation(&context) {
        return show(&context, &form, Vec::new(), None).await;
    }
    if !context.is_current(&form, None) {
        return form_expired(&context, &form).await;
    }
    let field = |name| form.get(name).unwrap_or_default();
    let (username, password) = (field("username"), field("password"));
    if passwords_differ(&form) {
        let error = FieldError::new("password_again", text!("form-passwords-differ"));
        return show(&context, &form, vec![error], None).await;
    }
    let given = |name| form.get(name).map(str::to_owned);
    let new = NewPerson {
        username: username.to_owned(),
        name: given("name"),
        email: given("email"),
        password: Some(Zeroizing::new(password.to_owned())),
        ..NewPerson::default()
    };
    let refused = |name, refusal: &AccountRefusal| vec![FieldError::new(name, refusal::account(refusal))];
    let replaces = context.web.cookies().session(&context.headers);
    let provider = context.web.provider();
    match provider.sign_up(new, replaces.as_ref(), context.origin()).await {
        Ok(signed_in) => {
            let home = || {
                let web = &context.web;
                web.path_with_notice("", Notice::AccountMade, &signed_in.session)
            };
            let next = own_path(field("next")).map_or_else(home, str::to_owned);
            login::signed_in(&context, &signed_in, &next)
        }
        Err(refusal @ (AccountRefusal::Username(_) | AccountRefusal::UsernameTaken)) => {
            show(&context, &form, refused("username", &refusal), None).await
        }
        Err(refusal @ AccountRefusal::Password(_)) => {
            show(&context, &form, refused("password", &refusal), None).await
        }
        Err(refusal @ AccountRefusal::Profile(_)) => {
            show(&context, &form, refused("email", &refusal), None).await
        }
        Err(AccountRefusal::SlowDown(seconds)) => {
            let errors = refused("username", &AccountRefusal::SlowDown(seconds));
            let mut response = show(&context, &form, errors, None).await?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            retry_after(&mut response, Some(seconds));
            Ok(response)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// True if people make accounts by invitations only: the page says so in place of the form.
fn needs_invitation(context: &RequestContext) -> bool {
    context.web.provider().settings().sign_up == SignUpMode::Invitation
}

/// The page again for a form that was not made for this browser. A form of another site does not fill it in.
async fn form_expired(context: &RequestContext, form: &Params) -> Result<Response, PageError> {
    let of_another_site = Params::from_iter(form.get("next").map(|next| ("next", next)));
    let typed = if context.is_from_own_page() {
        form
    } else {
        &of_another_site
    };
    show(context, typed, Vec::new(), Some(Notice::Expired)).await
}

async fn show(
    context: &RequestContext,
    form: &Params,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let next = form.get("next").and_then(own_path).unwrap_or_default();
    let request = context.web.request_in(next);
    let preview = match &request {
        Some(request) => context.web.provider().preview(request).await,
        None => None,
    };
    let hint = preview.as_ref().and_then(|preview| preview.login_hint.clone());
    let (layout, cookie) = context.page(None)?;
    let field = |name| form.get(name).unwrap_or_default().to_owned();
    let sign_in = context.web.link(&context.web.login_page(), next)?;
    let view = SignUp {
        layout: layout.with_notice(notice),
        next: next.to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        relaxed_uri: RelaxedRedirect::of_preview(preview.as_ref()),
        username: form
            .get("username")
            .map(str::to_owned)
            .or(hint)
            .unwrap_or_default(),
        name: field("name"),
        email: field("email"),
        password_length: context.web.provider().settings().min_password_length,
        by_invitation: needs_invitation(context),
        sign_in: sign_in.address,
        sign_in_by_form: sign_in.by_form.is_some(),
        errors,
    };
    html(&context.web, status, cookie, &view, context.web.form_target(next))
}
