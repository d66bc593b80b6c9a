//! A route: its path, name in metrics, load class, audience and handlers.

use axum::routing::MethodRouter;
use http::Method;

use crate::admission::RequestClass;
use crate::cors;
use crate::early_refusal::EarlyRefusal;
use crate::metrics::Endpoint;
use crate::web::Web;

/// A line of the list of routes.
pub(crate) struct Route {
    path: &'static str,
    root: Root,
    pub(crate) endpoint: Endpoint,
    class: Option<RequestClass>,
    class_of_posts: Option<RequestClass>,
    /// True if a GET request of somebody who is signed in may issue a code or end a session.
    pub(crate) get_acts: bool,
    pub(crate) audience: Audience,
    is_offered: fn(&Web) -> bool,
    handlers: fn(&Web) -> MethodRouter<Web>,
}

/// The sender of a route's requests. It decides which preflights are answered, and if a full server refuses with JSON or with
/// a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Every program, and scripts of every origin: metadata and public keys.
    Public,
    /// Clients, and scripts of the client's own origins.
    Client,
    /// Programs that register clients, and scripts of every origin: the token is in a header, never in a cookie.
    Registration,
    /// APIs, which send no requests from a browser.
    Api,
    /// Programs of those who run the server.
    Operator,
    /// People with a browser: the answer is a page.
    Person,
}

/// The beginning of a route's path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    /// The issuer's path.
    Issuer,
    /// A well-known document: below the issuer's path (OpenID Connect Discovery section 4), and between the host and the
    /// issuer's path (RFC 8414 section 3.1).
    WellKnown,
    /// The host. Only a server of its own has these routes, not an application into which Pixie is mounted.
    Host,
}

impl Route {
    /// A route below the issuer's path.
    pub(crate) const fn new(
        path: &'static str,
        endpoint: Endpoint,
        class: RequestClass,
        audience: Audience,
        handlers: fn(&Web) -> MethodRouter<Web>,
    ) -> Self {
        Self {
            path,
            root: Root::Issuer,
            endpoint,
            class: Some(class),
            class_of_posts: None,
            get_acts: false,
            audience,
            is_offered: |_| true,
            handlers,
        }
    }

    /// A document below `.well-known/`.
    pub(crate) const fn well_known(path: &'static str, handlers: fn(&Web) -> MethodRouter<Web>) -> Self {
        Self {
            root: Root::WellKnown,
            ..Self::new(
                path,
                Endpoint::Discovery,
                RequestClass::Tokens,
                Audience::Public,
                handlers,
            )
        }
    }

    /// A document below `.well-known/` that is about the whole host.
    #[cfg(feature = "passkeys")]
    pub(crate) const fn of_host(path: &'static str, handlers: fn(&Web) -> MethodRouter<Web>) -> Self {
        Self {
            root: Root::Host,
            ..Self::well_known(path, handlers)
        }
    }

    /// A health endpoint. It has no class: it must answer when nothing else does.
    pub(crate) const fn health(
        path: &'static str,
        endpoint: Endpoint,
        handlers: fn(&Web) -> MethodRouter<Web>,
    ) -> Self {
        Self {
            root: Root::Host,
            class: None,
            ..Self::new(path, endpoint, RequestClass::Tokens, Audience::Operator, handlers)
        }
    }

    /// The same route, with another class for `POST`.
    pub(crate) const fn with_posts(self, class: RequestClass) -> Self {
        Self {
            class_of_posts: Some(class),
            ..self
        }
    }

    /// The same route, whose GET requests may issue a code or end a session.
    pub(crate) const fn that_acts(self) -> Self {
        Self {
            get_acts: true,
            ..self
        }
    }

    /// The same route, only if the provider is set up for it.
    pub(crate) const fn only_if(self, is_offered: fn(&Web) -> bool) -> Self {
        Self { is_offered, ..self }
    }

    /// The class of a request; none for the health endpoints.
    pub(crate) fn class_of(&self, method: &Method) -> Option<RequestClass> {
        self.class_of_posts
            .filter(|_| method == Method::POST)
            .or(self.class)
    }

    /// Returns true if the route belongs to the issuer and the provider is set up for it.
    pub(crate) fn is_of_issuer(&self, web: &Web) -> bool {
        self.root != Root::Host && (self.is_offered)(web)
    }

    /// Returns true if only a server of its own has the route, and the provider is set up for it.
    pub(crate) fn is_of_host(&self, web: &Web) -> bool {
        self.root == Root::Host && (self.is_offered)(web)
    }

    /// The paths of the route, each without a slash at its end; empty for the root of the host.
    pub(crate) fn paths(&self, base: &str) -> Vec<String> {
        let path = self.path.trim_end_matches('/');
        let below = format!("{base}/{path}");
        let below = below.trim_end_matches('/').to_owned();
        match self.root {
            Root::Issuer => vec![below],
            Root::WellKnown if base.is_empty() => vec![below],
            Root::WellKnown => vec![below, format!("/{path}{base}")],
            Root::Host => vec![format!("/{path}")],
        }
    }

    /// The handlers, with the answers to the preflights of scripts (Fetch Standard section 4.8) and to other methods.
    pub(crate) fn handlers(&self, web: &Web) -> MethodRouter<Web> {
        let audience = self.audience;
        let other_methods =
            move |method: Method| async move { EarlyRefusal::Method(method).answer(audience) };
        let handlers = (self.handlers)(web);
        // A path that no route has is not found by any method.
        let handlers = if self.endpoint == Endpoint::Unknown {
            handlers
        } else {
            handlers.fallback(other_methods)
        };
        match self.audience {
            Audience::Public => handlers.options(cors::public_preflight),
            Audience::Client => handlers.options(cors::preflight),
            Audience::Registration => handlers.options(cors::registration_preflight),
            Audience::Api | Audience::Operator | Audience::Person => handlers,
        }
    }
}
