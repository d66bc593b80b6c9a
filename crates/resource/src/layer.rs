//! The tower layer that stands before an API's routes.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use pixie_oauth::{Origin, Scope};
use tower::{Layer, Service};
use tracing::Instrument;

use crate::access::Guarded;
use crate::guard::{Guard, Sessions};
use crate::{Access, Refusal, SessionChecker, TokenChecker};

/// Accepts requests with a valid bearer token, or with a session if [`sessions`](Self::sessions) is set, and answers
/// all others itself (RFC 6750 section 3). Handlers take [`Access`] to know who was let in.
#[derive(Clone)]
pub struct ResourceLayer {
    guard: Guard,
    realm: Arc<str>,
}

impl ResourceLayer {
    /// Accepts bearer tokens that `tokens` finds valid, with any scope. The realm is `api`.
    pub fn new(tokens: Arc<dyn TokenChecker>) -> Self {
        let guard = Guard {
            tokens,
            sessions: None,
            scope: Scope::default(),
            identifier: None,
            allow_anonymous: false,
        };
        Self {
            guard,
            realm: "api".into(),
        }
    }

    /// Names the protection space in challenges.
    #[must_use]
    pub fn realm(self, realm: &str) -> Self {
        Self {
            realm: realm.into(),
            ..self
        }
    }

    /// Requires every token to have this scope. Handlers can require more with [`Access::require`].
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.guard.scope = scope;
        self
    }

    /// Names this API as clients name it in `resource` (RFC 8707 section 2): tokens that name other APIs and not this one
    /// are refused, so that another API cannot use here a token that was sent to it. Tokens without an audience are
    /// accepted. A [`JwtAccessTokens`](crate::JwtAccessTokens) checks this by itself.
    #[must_use]
    pub fn identifier(mut self, identifier: &str) -> Self {
        self.guard.identifier = Some(identifier.into());
        self
    }

    /// Also accepts users who are signed in, and redirects browsers that request a page to the login page.
    ///
    /// `origin` is the origin of the API's own pages, as browsers see it. A session cookie changes something (any method but
    /// GET, HEAD, OPTIONS, TRACE) only when the browser says that a page of this origin asked for it.
    #[must_use]
    pub fn sessions(mut self, checker: Arc<dyn SessionChecker>, origin: Origin) -> Self {
        self.guard.sessions = Some(Sessions { checker, origin });
        self
    }

    /// Lets anonymous requests through to handlers that take `Option<Access>`. Bad tokens are refused still.
    #[must_use]
    pub fn allow_anonymous(mut self) -> Self {
        self.guard.allow_anonymous = true;
        self
    }
}

impl<S> Layer<S> for ResourceLayer {
    type Service = Resource<S>;

    fn layer(&self, inner: S) -> Resource<S> {
        Resource {
            inner,
            layer: self.clone(),
        }
    }
}

/// A service with a [`ResourceLayer`] before it.
#[derive(Clone)]
pub struct Resource<S> {
    inner: S,
    layer: ResourceLayer,
}

impl<S> Service<Request> for Resource<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The service that was asked whether it is ready must be the one that is called.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        // At the level of errors, so that every line about the request has it.
        let span = tracing::error_span!("access", method = %request.method(), path = request.uri().path());
        Box::pin(self.layer.clone().answer(inner, request).instrument(span))
    }
}

impl ResourceLayer {
    async fn answer<S>(self, mut inner: S, request: Request) -> Result<Response, Infallible>
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let Self { guard, realm } = self;
        let (mut head, body) = request.into_parts();
        match guard.authorize(&head).await {
            Err(reason) => Ok(Refusal::new(reason, realm).into_response()),
            Ok(by) => {
                // A layer further out may have let it in by something else; this one decides.
                head.extensions.remove::<Access>();
                if let Some(by) = by {
                    head.extensions.insert(Access::new(by, realm.clone()));
                }
                head.extensions.insert(Guarded { realm });
                let mut response = inner.call(Request::from_parts(head, body)).await?;
                // What one person may see is not for a cache that others share, unless the handler says so.
                let headers = response.headers_mut();
                headers
                    .entry(CACHE_CONTROL)
                    .or_insert(HeaderValue::from_static("private"));
                Ok(response)
            }
        }
    }
}

#[cfg(test)]
mod tests;
