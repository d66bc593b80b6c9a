//! Every route, one list.

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use pixie_provider::{Provider, paths};

use crate::endpoints::{
    authorize, check_session, health, introspect, metadata, register, revoke, token, userinfo,
};
use crate::pages::{
    applications, authorizations, consent, home, keys, login, logout, not_found, rotate_secret,
    select_account, setup, sign_up, static_files,
};
use crate::templates::TemplateError;
use crate::web::{Web, WebSettings};
use crate::{cors, endpoints, frame};

/// Everything of an issuer, with the default settings, to be merged into an axum application.
///
/// # Errors
/// A template does not render; with the built-in ones that does not happen.
pub fn router(provider: Provider) -> Result<Router, TemplateError> {
    Ok(Web::new(provider, WebSettings::default())?.router())
}

impl Web {
    /// Everything of the issuer, to be merged into an axum application: it has no fallback and claims no path but the
    /// issuer's and its well-known ones.
    pub fn router(&self) -> Router {
        let mut routes = Routes {
            router: Router::new(),
            base: self.base().to_owned(),
        };

        // For machines
        routes.below(paths::AUTHORIZE, get(authorize::get).post(authorize::post));
        routes.below(paths::TOKEN, post(token::post).options(cors::preflight));
        routes.below(paths::REVOKE, post(revoke::post).options(cors::preflight));
        routes.below(paths::INTROSPECT, post(introspect::post));
        if self.provider().settings().scopes.have_openid() {
            let asked = get(userinfo::get).post(userinfo::post);
            routes.below(paths::USERINFO, asked.options(cors::preflight));
        }
        if self.provider().registers_clients() {
            let preflight = cors::registration_preflight;
            routes.below(paths::REGISTER, post(register::post).options(preflight));
            let own = get(register::get).put(register::put).delete(register::delete);
            let path = format!("{}{{client_id}}/", paths::REGISTER);
            routes.below(&path, own.options(preflight));
        }
        routes.below(paths::JWKS, get(metadata::jwks).options(cors::public_preflight));
        routes.below("api/keys/", endpoints::keys::listing(self));
        routes.below("api/keys/rotate/", endpoints::keys::rotation(self));
        for name in ["oauth-authorization-server", "openid-configuration"] {
            let document = || get(metadata::document).options(cors::public_preflight);
            routes.below(&format!(".well-known/{name}"), document());
            if !routes.base.is_empty() {
                routes.at(&format!("/.well-known/{name}{}", self.base()), document());
            }
        }

        // For people
        routes.below("", get(home::get));
        routes.below("login/", get(login::get).post(login::post));
        routes.below("consent/", get(consent::get).post(consent::post));
        routes.below(
            "select-account/",
            get(select_account::get).post(select_account::post),
        );
        if self.provider().settings().sign_up {
            routes.below("sign-up/", get(sign_up::get).post(sign_up::post));
        }
        routes.below(paths::END_SESSION, get(logout::get).post(logout::post));
        routes.below(paths::CHECK_SESSION, get(check_session::get));
        routes.below("setup/", get(setup::get).post(setup::post));
        routes.below("applications/", get(applications::list));
        routes.below(
            "applications/register/",
            get(applications::register_form).post(applications::register),
        );
        routes.below("applications/{key}/", get(applications::show));
        routes.below(
            "applications/{key}/update/",
            get(applications::update_form).post(applications::update),
        );
        routes.below(
            "applications/{key}/rotate-secret/",
            get(rotate_secret::ask).post(rotate_secret::rotate),
        );
        routes.below(
            "applications/{key}/delete/",
            get(applications::ask_delete).post(applications::delete),
        );
        routes.below("keys/", get(keys::list));
        routes.below("keys/{algorithm}/rotate/", get(keys::ask).post(keys::rotate));
        routes.below("authorized_tokens/", get(authorizations::list));
        routes.below(
            "authorized_tokens/{key}/delete/",
            get(authorizations::ask).post(authorizations::withdraw),
        );
        routes.below("assets/{name}", get(static_files::get));

        routes
            .router
            .layer(axum::middleware::from_fn_with_state(self.clone(), frame::around))
            .with_state(self.clone())
    }

    /// The same as a server of its own: with the health endpoints, and a page for every other path.
    pub fn standalone(&self) -> Router {
        let outside = Router::new()
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready))
            .fallback(not_found::any)
            .layer(axum::middleware::from_fn_with_state(self.clone(), frame::around))
            .with_state(self.clone());
        outside.merge(self.router())
    }
}

struct Routes {
    router: Router<Web>,
    base: String,
}

impl Routes {
    /// A path below the issuer's, with and without a slash at its end.
    fn below(&mut self, path: &str, handler: MethodRouter<Web>) {
        self.at(&format!("{}/{path}", self.base), handler);
    }

    fn at(&mut self, path: &str, handler: MethodRouter<Web>) {
        let bare = path.trim_end_matches('/');
        let router = std::mem::take(&mut self.router);
        let router = if bare.is_empty() {
            router
        } else {
            router.route(bare, handler.clone())
        };
        self.router = router.route(&format!("{bare}/"), handler);
    }
}
