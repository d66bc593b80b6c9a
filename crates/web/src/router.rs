//! Every route, one list.

use axum::Router;
use axum::routing::{MethodRouter, any, get, post};
use pixie_provider::{Provider, paths};

use crate::endpoints::{
    assets, authorize, check_session, health, introspect, metadata, register, revoke, token, userinfo,
};
use crate::metrics::Endpoint;
use crate::pages::{
    application, application_delete, application_form, application_rotate_secret, applications,
    authorized_application_revoke, authorized_applications, consent, error, home, key_rotate, keys, login,
    logout, select_account, setup, sign_up,
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
            web: self,
        };

        // For machines
        routes.below(
            paths::AUTHORIZE,
            Endpoint::Authorize,
            get(authorize::get).post(authorize::post),
        );
        routes.below(
            paths::TOKEN,
            Endpoint::Token,
            post(token::post).options(cors::preflight),
        );
        routes.below(
            paths::REVOKE,
            Endpoint::Revoke,
            post(revoke::post).options(cors::preflight),
        );
        routes.below(paths::INTROSPECT, Endpoint::Introspect, post(introspect::post));
        if self.provider().settings().scopes.have_openid() {
            let asked = get(userinfo::get).post(userinfo::post);
            routes.below(
                paths::USERINFO,
                Endpoint::Userinfo,
                asked.options(cors::preflight),
            );
        }
        if self.provider().registers_clients() {
            let preflight = cors::registration_preflight;
            routes.below(
                paths::REGISTER,
                Endpoint::Register,
                post(register::post).options(preflight),
            );
            let own = get(register::get).put(register::put).delete(register::delete);
            let path = format!("{}{{client_id}}/", paths::REGISTER);
            routes.below(&path, Endpoint::Register, own.options(preflight));
        }
        routes.below(
            paths::JWKS,
            Endpoint::Jwks,
            get(metadata::jwks).options(cors::public_preflight),
        );
        routes.below("api/keys/", Endpoint::KeysApi, endpoints::keys::listing(self));
        routes.below(
            "api/keys/rotate/",
            Endpoint::KeysApi,
            endpoints::keys::rotation(self),
        );
        for name in ["oauth-authorization-server", "openid-configuration"] {
            let document = || get(metadata::document).options(cors::public_preflight);
            routes.below(&format!(".well-known/{name}"), Endpoint::Discovery, document());
            if !routes.base.is_empty() {
                let path = format!("/.well-known/{name}{}", self.base());
                routes.at(&path, Endpoint::Discovery, document());
            }
        }

        // For people
        routes.below("", Endpoint::Home, get(home::get));
        routes.below("login/", Endpoint::Login, get(login::get).post(login::post));
        routes.below(
            "consent/",
            Endpoint::Consent,
            get(consent::get).post(consent::post),
        );
        routes.below(
            "select-account/",
            Endpoint::SelectAccount,
            get(select_account::get).post(select_account::post),
        );
        if self.provider().settings().sign_up {
            routes.below(
                "sign-up/",
                Endpoint::SignUp,
                get(sign_up::get).post(sign_up::post),
            );
        }
        routes.below(
            paths::END_SESSION,
            Endpoint::Logout,
            get(logout::get).post(logout::post),
        );
        routes.below(
            paths::CHECK_SESSION,
            Endpoint::CheckSession,
            get(check_session::get),
        );
        routes.below("setup/", Endpoint::Setup, get(setup::get).post(setup::post));
        routes.below("applications/", Endpoint::Applications, get(applications::get));
        routes.below(
            "applications/register/",
            Endpoint::Applications,
            get(application_form::get_register).post(application_form::post_register),
        );
        routes.below(
            "applications/{key}/",
            Endpoint::Applications,
            get(application::get),
        );
        routes.below(
            "applications/{key}/update/",
            Endpoint::Applications,
            get(application_form::get_update).post(application_form::post_update),
        );
        routes.below(
            "applications/{key}/rotate-secret/",
            Endpoint::Applications,
            get(application_rotate_secret::get).post(application_rotate_secret::post),
        );
        routes.below(
            "applications/{key}/delete/",
            Endpoint::Applications,
            get(application_delete::get).post(application_delete::post),
        );
        routes.below("keys/", Endpoint::Keys, get(keys::get));
        routes.below(
            "keys/{algorithm}/rotate/",
            Endpoint::Keys,
            get(key_rotate::get).post(key_rotate::post),
        );
        routes.below(
            "authorized_tokens/",
            Endpoint::Authorizations,
            get(authorized_applications::get),
        );
        routes.below(
            "authorized_tokens/{key}/delete/",
            Endpoint::Authorizations,
            get(authorized_application_revoke::get).post(authorized_application_revoke::post),
        );
        routes.below("assets/{name}", Endpoint::Assets, get(assets::get));

        routes.router.with_state(self.clone())
    }

    /// The same as a server of its own: with the health endpoints, and a page for every other path.
    pub fn standalone(&self) -> Router {
        let outside = Router::new()
            .route("/health/live", self.framed(Endpoint::Live, get(health::live)))
            .route("/health/ready", self.framed(Endpoint::Ready, get(health::ready)))
            .fallback_service(
                self.framed(Endpoint::Unknown, any(error::not_found))
                    .with_state(self.clone()),
            )
            .with_state(self.clone());
        outside.merge(self.router())
    }

    /// What answers a route, in the frame that every request has.
    fn framed(&self, endpoint: Endpoint, handler: MethodRouter<Self>) -> MethodRouter<Self> {
        handler.layer(axum::middleware::from_fn_with_state(
            (self.clone(), endpoint),
            frame::around,
        ))
    }
}

struct Routes<'a> {
    router: Router<Web>,
    base: String,
    web: &'a Web,
}

impl Routes<'_> {
    /// A path below the issuer's, with and without a slash at its end.
    fn below(&mut self, path: &str, endpoint: Endpoint, handler: MethodRouter<Web>) {
        self.at(&format!("{}/{path}", self.base), endpoint, handler);
    }

    fn at(&mut self, path: &str, endpoint: Endpoint, handler: MethodRouter<Web>) {
        let handler = self.web.framed(endpoint, handler);
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
