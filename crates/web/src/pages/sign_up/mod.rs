//! Making an account (OpenID Connect Core, Initiating User Registration: `prompt=create`), where the server lets people do
//! that themselves. Who has made one is signed in with it and returns to `next`.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{NewUser, SignIn, UserRefusal};
use zeroize::Zeroizing;

use crate::cookies;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::field_error::FieldError;
use crate::pages::login;
use crate::respond::{FormLeadsTo, html, retry_after};
use crate::visit::{Visit, own_path};
use view::SignUp;

/// The form.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let next = Params::parse(visit.query().as_bytes()).unwrap_or_default();
    show(&visit, &next, Vec::new()).await
}

/// Makes the account and signs its person in.
pub(crate) async fn post(visit: Visit, form: Form) -> Result<Response, Failure> {
    let form = form.0?;
    visit.check_form(&form, None)?;
    let field = |name| form.get(name).unwrap_or_default();
    let (username, password) = (field("username"), field("password"));
    if field("password_again") != password {
        let error = FieldError::new(
            "password_again",
            "The two passwords differ. Type the same one twice.",
        );
        return show(&visit, &form, vec![error]).await;
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
    match visit.web.provider().sign_up(new, visit.address).await {
        Ok(_) => {
            let replaces = cookies::session(&visit.headers, visit.web.is_https());
            let attempt = SignIn {
                username,
                password,
                address: visit.address,
                device: None,
                replaces: replaces.as_ref(),
            };
            login::sign_in(&visit, attempt, field("next")).await
        }
        Err(refusal @ (UserRefusal::Username(_) | UserRefusal::UsernameTaken)) => {
            show(&visit, &form, refused("username", refusal)).await
        }
        Err(refusal @ UserRefusal::Password(_)) => show(&visit, &form, refused("password", refusal)).await,
        Err(refusal @ UserRefusal::Claim(_)) => show(&visit, &form, refused("email", refusal)).await,
        Err(UserRefusal::SlowDown(seconds)) => {
            let errors = refused("username", UserRefusal::SlowDown(seconds));
            let mut response = show(&visit, &form, errors).await?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            retry_after(&mut response, Some(seconds));
            Ok(response)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn show(visit: &Visit, form: &Params, errors: Vec<FieldError>) -> Result<Response, Failure> {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let next = form.get("next").and_then(own_path).unwrap_or_default();
    let request = visit.web.request_in(next);
    let preview = match &request {
        Some(request) => visit.web.provider().preview(request).await,
        None => None,
    };
    let hint = preview.as_ref().and_then(|preview| preview.login_hint.clone());
    let (chrome, cookie) = visit.page(None)?;
    let field = |name| form.get(name).unwrap_or_default().to_owned();
    let view = SignUp {
        chrome,
        next: next.to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        username: form
            .get("username")
            .map(str::to_owned)
            .or(hint)
            .unwrap_or_default(),
        name: field("name"),
        email: field("email"),
        password_length: visit.web.provider().settings().shortest_password,
        sign_in: visit.web.login_path(next),
        errors,
    };
    let leads_to = match &preview {
        Some(preview) => FormLeadsTo::Client(preview.redirect_uri.uri()),
        None => FormLeadsTo::Ourselves,
    };
    html(&visit.web, status, cookie, &view, leads_to)
}
