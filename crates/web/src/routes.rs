//! Every route of Pixie, a line each.

use axum::routing::{any, get, post};
use pixie_provider::{SignUpMode, paths};

use crate::admission::RequestClass::{Management, Passwords, People, Tokens};
#[cfg(feature = "passkeys")]
use crate::endpoints::passkeys;
use crate::endpoints::{
    assets, authorize, check_session, health, introspect, keys as keys_api, logo, metadata, register, revoke,
    token, userinfo,
};
use crate::metrics::Endpoint;
#[cfg(feature = "passkeys")]
use crate::pages::passkey_add;
use crate::pages::{
    application, application_delete, application_form, application_rotate_secret, applications,
    authorized_application_revoke, authorized_applications, consent, credential, enrolment, error,
    forgotten_password, home, invitation, key_rotate, key_withdraw, keys, login, logout, password_change,
    recovery_codes, reset_password, second_factor, select_account, setup, sign_in_methods, sign_up, totp_add,
    upstream_link, upstream_sign_in, welcome,
};
use crate::route::Audience::{Api, Client, Operator, Person, Public, Registration};
use crate::route::Route;
use crate::web::Web;

/// The routes: path, name in metrics, load class, audience, handlers.
#[rustfmt::skip]
pub(crate) static ROUTES: &[Route] = &[
    Route::new(paths::AUTHORIZE, Endpoint::Authorize, People, Person, |_| get(authorize::get).post(authorize::post)).that_acts(),
    Route::new(paths::TOKEN, Endpoint::Token, Tokens, Client, |_| post(token::post)),
    Route::new(paths::REVOKE, Endpoint::Revoke, Tokens, Client, |_| post(revoke::post)),
    Route::new(paths::INTROSPECT, Endpoint::Introspect, Tokens, Api, |_| post(introspect::post)),
    Route::new(paths::USERINFO, Endpoint::Userinfo, Tokens, Client, |_| get(userinfo::get).post(userinfo::post))
        .only_if(|web| web.provider().settings().scopes.have_openid()),
    Route::new(paths::REGISTER, Endpoint::Register, Management, Registration, |_| post(register::post))
        .only_if(|web| web.provider().registers_clients()),
    Route::new("register/{client_id}/", Endpoint::Register, Management, Registration,
        |_| get(register::get).put(register::put).delete(register::delete))
        .only_if(|web| web.provider().registers_clients()),
    Route::new(paths::JWKS, Endpoint::Jwks, Tokens, Public, |_| get(metadata::jwks)),
    Route::well_known(".well-known/oauth-authorization-server", |_| get(metadata::document)),
    Route::well_known(".well-known/openid-configuration", |_| get(metadata::document)),
    #[cfg(feature = "passkeys")]
    Route::of_host(".well-known/webauthn", |_| get(passkeys::related_origins))
        .only_if(|web| web.provider().settings().passkeys.as_ref().is_some_and(|passkeys| !passkeys.related_origins().is_empty())),
    #[cfg(feature = "passkeys")]
    Route::of_host(".well-known/passkey-endpoints", |_| get(passkeys::endpoints)).only_if(has_passkeys),
    Route::new(paths::CHECK_SESSION, Endpoint::CheckSession, People, Person, |_| get(check_session::get)),
    Route::new("assets/{name}", Endpoint::Assets, People, Person, |_| get(assets::get)),
    Route::new("logos/{key}/", Endpoint::Assets, People, Person, |_| get(logo::get)),
    Route::new("api/keys/", Endpoint::KeysApi, Management, Operator, keys_api::listing),
    Route::new("api/keys/rotate/", Endpoint::KeysApi, Management, Operator, keys_api::rotation),
    Route::new("api/keys/withdraw/", Endpoint::KeysApi, Management, Operator, keys_api::withdrawal),
    Route::health("health/live", Endpoint::Live, |_| get(health::live)),
    Route::health("health/ready", Endpoint::Ready, |_| get(health::ready)),

    Route::new("", Endpoint::Home, People, Person, |_| get(home::get)),
    Route::new("login/", Endpoint::Login, People, Person, |_| get(login::get).post(login::post)).with_posts(Passwords)
        .only_if(has_own_login),
    #[cfg(feature = "passkeys")]
    Route::new(login::passkey::PAGE, Endpoint::Login, People, Person, |_| get(login::passkey::get).post(login::passkey::post))
        .only_if(has_passkeys),
    Route::new(second_factor::PAGE, Endpoint::Login, People, Person, |_| get(second_factor::get).post(second_factor::post))
        .only_if(has_own_login),
    Route::new(enrolment::PAGE, Endpoint::Login, People, Person, |_| get(enrolment::get).post(enrolment::post)).only_if(has_own_login),
    Route::new(sign_in_methods::PAGE, Endpoint::Account, People, Person, |_| get(sign_in_methods::get).post(sign_in_methods::post))
        .only_if(has_own_login),
    Route::new("login/upstream/{id}/", Endpoint::Login, People, Person, |_| post(upstream_sign_in::post)).only_if(has_upstreams),
    Route::new("login/upstream/{id}/callback/", Endpoint::Login, People, Person, |_| get(upstream_sign_in::callback))
        .only_if(has_upstreams),
    Route::new(upstream_link::PAGE, Endpoint::Login, People, Person, |_| get(upstream_link::get).post(upstream_link::post))
        .only_if(has_upstreams),
    Route::new("account/sign-in-methods/upstream/{id}/", Endpoint::Account, People, Person, |_| post(upstream_sign_in::post_link))
        .only_if(has_upstreams),
    Route::new(totp_add::PAGE, Endpoint::Account, People, Person, |_| get(totp_add::get).post(totp_add::post)).only_if(has_own_login),
    #[cfg(feature = "passkeys")]
    Route::new(passkey_add::PAGE, Endpoint::Account, People, Person, |_| get(passkey_add::get).post(passkey_add::post))
        .only_if(has_passkeys),
    Route::new("account/sign-in-methods/recovery-codes/", Endpoint::Account, People, Person, |_| post(recovery_codes::post))
        .only_if(has_own_login),
    Route::new(password_change::PAGE, Endpoint::Account, People, Person, |_| get(password_change::get).post(password_change::post))
        .with_posts(Passwords).only_if(has_own_login),
    Route::new("account/sign-in-methods/{id}/", Endpoint::Account, People, Person, |_| get(credential::get).post(credential::post))
        .only_if(has_own_login),
    Route::new("consent/", Endpoint::Consent, People, Person, |_| get(consent::get).post(consent::post)).that_acts(),
    Route::new("select-account/", Endpoint::SelectAccount, People, Person, |_| get(select_account::get).post(select_account::post)),
    Route::new("sign-up/", Endpoint::SignUp, People, Person, |_| get(sign_up::get).post(sign_up::post)).with_posts(Passwords)
        .only_if(makes_accounts),
    Route::new(paths::INVITATION, Endpoint::AccountLink, People, Person, |_| get(invitation::get).post(invitation::post))
        .with_posts(Passwords).only_if(makes_accounts),
    Route::new(welcome::PAGE, Endpoint::Account, People, Person, |_| get(welcome::get)).only_if(makes_accounts),
    Route::new(forgotten_password::PAGE, Endpoint::AccountLink, People, Person, |_| get(forgotten_password::get).post(forgotten_password::post))
        .only_if(|web| web.provider().sends_mail() && has_own_login(web)),
    Route::new(paths::RESET_PASSWORD, Endpoint::AccountLink, People, Person, |_| get(reset_password::get).post(reset_password::post))
        .with_posts(Passwords).only_if(has_own_login),
    Route::new(paths::END_SESSION, Endpoint::Logout, People, Person, |_| get(logout::get).post(logout::post)).that_acts(),
    Route::new("setup/", Endpoint::Setup, People, Person, |_| get(setup::get).post(setup::post)).with_posts(Passwords)
        .only_if(has_own_login),
    Route::new("applications/", Endpoint::Applications, Management, Person, |_| get(applications::get)),
    Route::new("applications/register/", Endpoint::Applications, Management, Person,
        |_| get(application_form::get_register).post(application_form::post_register)),
    Route::new("applications/{key}/", Endpoint::Applications, Management, Person, |_| get(application::get)),
    Route::new("applications/{key}/update/", Endpoint::Applications, Management, Person,
        |_| get(application_form::get_update).post(application_form::post_update)),
    Route::new("applications/{key}/rotate-secret/", Endpoint::Applications, Management, Person,
        |_| get(application_rotate_secret::get).post(application_rotate_secret::post)),
    Route::new("applications/{key}/delete/", Endpoint::Applications, Management, Person,
        |_| get(application_delete::get).post(application_delete::post)),
    Route::new("keys/", Endpoint::Keys, Management, Person, |_| get(keys::get)),
    Route::new("keys/withdraw/{kid}/", Endpoint::Keys, Management, Person, |_| get(key_withdraw::get).post(key_withdraw::post)),
    Route::new("keys/{algorithm}/rotate/", Endpoint::Keys, Management, Person, |_| get(key_rotate::get).post(key_rotate::post)),
    Route::new("authorized_tokens/", Endpoint::Authorizations, People, Person, |_| get(authorized_applications::get)),
    Route::new("authorized_tokens/{key}/delete/", Endpoint::Authorizations, People, Person,
        |_| get(authorized_application_revoke::get).post(authorized_application_revoke::post)),
];

/// Returns true if people make accounts at the built-in pages.
fn makes_accounts(web: &Web) -> bool {
    web.provider().settings().sign_up != SignUpMode::Closed && has_own_login(web)
}

/// Returns true if people sign in at the built-in page, and not at one of the application into which Pixie is mounted.
#[cfg(feature = "passkeys")]
fn has_passkeys(web: &Web) -> bool {
    web.provider().offers_passkeys() && has_own_login(web)
}

fn has_own_login(web: &Web) -> bool {
    web.settings().host_login.is_none()
}

/// Returns true if people may sign in at other providers. The login page of an application into which Pixie is mounted has its own.
fn has_upstreams(web: &Web) -> bool {
    has_own_login(web) && !web.provider().settings().upstreams.is_empty()
}

/// Every other path of a server of its own.
pub(crate) static NOT_FOUND: Route =
    Route::new("", Endpoint::Unknown, People, Person, |_| any(error::not_found));

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use http::Method;
    use pixie_provider::metrics::Label as _;

    use super::*;

    /// The route of a path. As in the router, a route that has the path word by word goes before one with a parameter.
    fn route_of(base: &str, path: &str) -> &'static Route {
        let matches = |pattern: &str| {
            let (pattern, path) = (pattern.split('/'), path.trim_end_matches('/').split('/'));
            pattern.clone().count() == path.clone().count()
                && pattern
                    .zip(path)
                    .all(|(pattern, word)| pattern.starts_with('{') || pattern == word)
        };
        let with_path = |route: &&Route| route.paths(base).iter().any(|pattern| matches(pattern));
        let mut found: Vec<_> = ROUTES.iter().filter(with_path).collect();
        found.sort_by_key(|route| route.paths(base)[0].matches('{').count());
        found.first().copied().unwrap_or(&NOT_FOUND)
    }

    #[test]
    fn every_path_has_its_class_and_health_has_none() {
        let cases = [
            ("POST", "/o/token/", Some(Tokens)),
            ("POST", "/o/token", Some(Tokens)),
            ("POST", "/o/introspect/", Some(Tokens)),
            ("POST", "/o/revoke_token/", Some(Tokens)),
            ("GET", "/o/userinfo/", Some(Tokens)),
            ("GET", "/o/.well-known/jwks.json", Some(Tokens)),
            ("GET", "/.well-known/openid-configuration/o", Some(Tokens)),
            ("GET", "/o/authorize/", Some(People)),
            ("GET", "/o/login/", Some(People)),
            ("POST", "/o/login/", Some(Passwords)),
            ("POST", "/o/sign-up", Some(Passwords)),
            ("POST", "/o/setup/", Some(Passwords)),
            ("POST", "/o/consent/", Some(People)),
            ("GET", "/o/", Some(People)),
            ("GET", "/other/", Some(People)),
            ("GET", "/other/token/", Some(People)),
            ("POST", "/o/register/", Some(Management)),
            ("PUT", "/o/register/x/", Some(Management)),
            ("POST", "/o/applications/register/", Some(Management)),
            ("POST", "/o/api/keys/rotate/", Some(Management)),
            ("GET", "/o/keys/", Some(Management)),
            ("GET", "/health/live", None),
        ];
        for (method, path, class) in cases {
            let method: Method = method.parse().unwrap();
            assert_eq!(route_of("/o", path).class_of(&method), class, "{path}");
        }
        assert_eq!(route_of("", "/health/ready").class_of(&Method::GET), None);
        assert_eq!(route_of("", "/token/").class_of(&Method::POST), Some(Tokens));
    }

    #[test]
    fn programs_are_told_apart_from_people() {
        for path in [
            "/o/token/",
            "/o/.well-known/jwks.json",
            "/o/register/",
            "/o/api/keys/",
        ] {
            assert_ne!(route_of("/o", path).audience, Person, "{path}");
        }
        for path in ["/o/authorize/", "/o/login/", "/o/applications/", "/"] {
            assert_eq!(route_of("/o", path).audience, Person, "{path}");
        }
    }

    #[test]
    fn no_path_is_listed_twice_and_every_endpoint_has_a_route() {
        let mut paths = HashSet::new();
        for path in ROUTES.iter().flat_map(|route| route.paths("/o")) {
            assert!(paths.insert(path.clone()), "{path}");
        }
        assert!(paths.contains(&format!("/o/{}{{client_id}}", paths::REGISTER)));
        let listed = |endpoint| {
            ROUTES
                .iter()
                .chain([&NOT_FOUND])
                .any(|route| route.endpoint == endpoint)
        };
        for &endpoint in Endpoint::ALL {
            assert!(listed(endpoint), "{}", endpoint.value());
        }
    }
}
