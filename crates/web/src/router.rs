//! The list of routes as axum routers: mounted into an application, or a server of its own.

use axum::Router;
use axum::routing::MethodRouter;
use pixie_provider::Provider;

use crate::frame;
use crate::route::Route;
use crate::routes::{NOT_FOUND, ROUTES};
use crate::templates::TemplateError;
use crate::web::{Web, WebSettings};

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
        let mut router = Router::new();
        for route in ROUTES.iter().filter(|route| route.is_of_issuer(self)) {
            let handlers = self.framed(route);
            for path in route.paths(self.base()) {
                // With and without a slash at its end.
                if !path.is_empty() {
                    router = router.route(&path, handlers.clone());
                }
                router = router.route(&format!("{path}/"), handlers.clone());
            }
        }
        router.with_state(self.clone())
    }

    /// The same as a server of its own: with the health endpoints, and a page for every other path.
    pub fn standalone(&self) -> Router {
        let mut router = Router::new().fallback_service(self.framed(&NOT_FOUND).with_state(self.clone()));
        for route in ROUTES.iter().filter(|route| route.is_of_host(self)) {
            for path in route.paths("") {
                router = router.route(&path, self.framed(route));
            }
        }
        router.with_state(self.clone()).merge(self.router())
    }

    /// The handlers of a route, in the frame that every request has.
    fn framed(&self, route: &'static Route) -> MethodRouter<Self> {
        route.handlers(self).layer(axum::middleware::from_fn_with_state(
            (self.clone(), route),
            frame::around,
        ))
    }
}
