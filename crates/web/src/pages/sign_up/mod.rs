//! Creating an account (Initiating User Registration via OpenID Connect: `prompt=create`), if the server lets people do that
//! themselves. The new account is signed in, and the browser returns to `next`.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{NewUser, UserRefusal};
use zeroize::Zeroizing;

use crate::cookies;
use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::field_error::FieldError;
use crate::pages::login;
use crate::request_context::{RequestContext, own_path};
use crate::respond::{FormTarget, html, retry_after};
use view::SignUp;

/// The form.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let next = Params::parse(context.query().as_bytes()).unwrap_or_default();
    show(&context, &next, Vec::new()).await
}

/// Creates the account and signs in with it.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    context.check_form(&form, None)?;
    let field = |name| form.get(name).unwrap_or_default();
    let (username, password) = (field("username"), field("password"));
    if field("password_again") != password {
        let error = FieldError::new(
            "password_again",
            "The passwords do not match. Type the same one twice.",
        );
        return show(&context, &form, vec![error]).await;
    }
    let given = |name| form.get(name).map(str::to_owned);
    let new = NewUser {
        username: username.to_owned(),
        name: given("name"),
        email: given("email"),
        password: Some(Zeroizing::new(password.to_owned())),
        ..NewUser::default()
    };
    let refused = |name, refusal: UserRefusal| vec![FieldError::new(name, refusal.to_string())];
    let replaces = cookies::session(&context.headers, context.web.is_https());
    let provider = context.web.provider();
    match provider.sign_up(new, replaces.as_ref(), context.origin()).await {
        Ok(signed_in) => Ok(login::signed_in(&context, &signed_in, field("next"))),
        Err(refusal @ (UserRefusal::Username(_) | UserRefusal::UsernameTaken)) => {
            show(&context, &form, refused("username", refusal)).await
        }
        Err(refusal @ UserRefusal::Password(_)) => show(&context, &form, refused("password", refusal)).await,
        Err(refusal @ UserRefusal::Claim(_)) => show(&context, &form, refused("email", refusal)).await,
        Err(UserRefusal::SlowDown(seconds)) => {
            let errors = refused("username", UserRefusal::SlowDown(seconds));
            let mut response = show(&context, &form, errors).await?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            retry_after(&mut response, Some(seconds));
            Ok(response)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn show(
    context: &RequestContext,
    form: &Params,
    errors: Vec<FieldError>,
) -> Result<Response, PageError> {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let next = form.get("next").and_then(own_path).unwrap_or_default();
    let request = context.web.request_in(next);
    let preview = match &request {
        Some(request) => context.web.provider().preview(request).await,
        None => None,
    };
    let hint = preview.as_ref().and_then(|preview| preview.login_hint.clone());
    let (layout, cookie) = context.page(None)?;
    let field = |name| form.get(name).unwrap_or_default().to_owned();
    let view = SignUp {
        layout,
        next: next.to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        username: form
            .get("username")
            .map(str::to_owned)
            .or(hint)
            .unwrap_or_default(),
        name: field("name"),
        email: field("email"),
        password_length: context.web.provider().settings().min_password_length,
        sign_in: context.web.login_path(next),
        errors,
    };
    let form_target = match &preview {
        Some(preview) => FormTarget::Client(preview.redirect_uri.uri()),
        None => FormTarget::OwnOrigin,
    };
    html(&context.web, status, cookie, &view, form_target)
}
