use async_trait::async_trait;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use pixie_oauth::AuthenticationMethod;
use pixie_provider::{Accounts, HostSignIn, Profile, Provider, store::StoreError};
use pixie_web::{HostLogin, SetCookies, Web, WebSettings, own_path};

use crate::Failure;
use crate::users::{Credentials, Page, User, Users};

/// Gives the application's claims about a user, each time that a client may get claims (`ProviderParts::accounts`).
#[async_trait]
impl Accounts for Users {
    async fn profile(&self, external_id: &str) -> Result<Option<Profile>, StoreError> {
        let user = self.find(external_id);
        Ok(user.map(|user| Profile::new(&user.claims())))
    }
}

/// Pixie, and its routes with the login page of the application.
pub(crate) fn mount(provider: Provider) -> Result<(Web, Router), Failure> {
    let settings = WebSettings {
        host_login: Some(HostLogin::at("/login")?),
        ..WebSettings::default()
    };
    let web = Web::new(provider, settings)?;
    let login = get(login_page).post(login).with_state(web.clone());
    Ok((web.clone(), web.router().route("/login", login)))
}

/// The form has no `action`: it is sent to the address of the page, which has `next`.
async fn login_page() -> Html<&'static str> {
    Html(include_str!("login.html"))
}

async fn login(
    State(web): State<Web>,
    page: Query<Page>,
    headers: HeaderMap,
    typed: Form<Credentials>,
) -> Response {
    let Some(user) = Users.authenticate(&typed) else {
        return (StatusCode::FORBIDDEN, login_page().await).into_response();
    };
    match sign_in(&web, &headers, &user).await {
        Ok(cookies) => (cookies, Redirect::to(own_path(&page.next).unwrap_or("/"))).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn sign_in(web: &Web, headers: &HeaderMap, user: &User) -> Result<SetCookies, Failure> {
    let provider = web.provider();
    let account = provider.ensure_account(user.person()).await?;
    let by_password = HostSignIn::new(account.id, &[AuthenticationMethod::Password], provider.now());
    let person = provider.authenticate_by_host(by_password).await?;
    Ok(web.open_session(headers, person, false, None).await?)
}
