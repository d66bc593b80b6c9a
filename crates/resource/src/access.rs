//! The credential that a request was accepted with, for handlers (axum extractors).

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use pixie_oauth::{Audience, ClientId, IntrospectionResponse, Scope};

use crate::refusal::Reason;
use crate::{Person, Refusal};

/// The credential that a request was accepted with. As an extractor it refuses anonymous requests; `Option<Access>` is
/// `None` for them. Only a layer with [`allow_anonymous`](crate::ResourceLayer::allow_anonymous) accepts anonymous requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    by: AuthorizedBy,
    realm: Arc<str>,
}

/// A session or a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizedBy {
    /// A user's own session in a browser. It allows everything that the user may do.
    Session(Person),
    /// A bearer token, which allows its scope, with the authorization server's metadata about it.
    Token(Box<IntrospectionResponse>),
}

impl Access {
    pub(crate) fn new(by: AuthorizedBy, realm: Arc<str>) -> Self {
        Self { by, realm }
    }

    /// The session or the token.
    pub fn by(&self) -> &AuthorizedBy {
        &self.by
    }

    /// Returns `true` for a user's session, `false` for a token.
    pub fn is_session(&self) -> bool {
        matches!(self.by, AuthorizedBy::Session(_))
    }

    /// The scope of the token; `None` for a session, which no scope limits.
    pub fn scope(&self) -> Option<&Scope> {
        self.token()?.scope.as_ref()
    }

    /// The client that the token was issued to; `None` for a session.
    pub fn client_id(&self) -> Option<&ClientId> {
        self.token()?.client_id.as_ref()
    }

    /// The user name; `None` if a client acts for itself, or if the token does not have the name: a JWT that is checked
    /// here, or a token of a client with pairwise subjects.
    pub fn username(&self) -> Option<&str> {
        match &self.by {
            AuthorizedBy::Session(person) => Some(&person.username),
            AuthorizedBy::Token(token) => token.username.as_deref(),
        }
    }

    /// The identifier of the user, or of the client if it acts for itself; then it is the same as
    /// [`client_id`](Self::client_id).
    pub fn sub(&self) -> Option<&str> {
        match &self.by {
            AuthorizedBy::Session(person) => Some(&person.sub),
            AuthorizedBy::Token(token) => token.sub.as_deref(),
        }
    }

    /// The APIs that the token is for, as their identifiers; `None` for a session, and for a token that is for all of them.
    pub fn audience(&self) -> Option<&Audience> {
        self.token()?.aud.as_ref()
    }

    /// When the token expires, seconds since 1970; `None` for a session.
    pub fn expires_at(&self) -> Option<i64> {
        self.token()?.exp
    }

    /// Succeeds if the token has all of these scopes (separated by spaces). A session always succeeds.
    ///
    /// # Errors
    /// The 403 answer with the challenge `insufficient_scope`, for the handler to return with `?`.
    pub fn require(&self, scope: &str) -> Result<(), Refusal> {
        let narrow = match (Scope::parse(scope), self.token()) {
            (Err(_), _) => Some(Reason::ImpossibleScope),
            (Ok(needed), Some(token)) => too_narrow(token, &needed),
            (Ok(_), None) => None,
        };
        narrow.map_or(Ok(()), |reason| Err(Refusal::new(reason, self.realm.clone())))
    }

    fn token(&self) -> Option<&IntrospectionResponse> {
        match &self.by {
            AuthorizedBy::Session(_) => None,
            AuthorizedBy::Token(token) => Some(token),
        }
    }
}

/// The refusal of a token that does not have all of `needed`.
pub(crate) fn too_narrow(token: &IntrospectionResponse, needed: &Scope) -> Option<Reason> {
    let covers = match &token.scope {
        Some(own) => own.covers(needed),
        None => needed.is_empty(),
    };
    (!covers).then(|| Reason::InsufficientScope(needed.clone()))
}

/// The layer's mark on a request that it has seen, let in or anonymous.
#[derive(Clone)]
pub(crate) struct Guarded {
    /// The protection space, for challenges of handlers.
    pub(crate) realm: Arc<str>,
}

impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let access = <Self as OptionalFromRequestParts<S>>::from_request_parts(head, state).await?;
        access.ok_or_else(|| {
            let realm = head
                .extensions
                .get::<Guarded>()
                .map(|guarded| guarded.realm.clone());
            Refusal::new(Reason::Anonymous, realm.unwrap_or_default())
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Access {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Option<Self>, Refusal> {
        if head.extensions.get::<Guarded>().is_none() {
            return Err(Refusal::new(Reason::Unguarded, Arc::default()));
        }
        Ok(head.extensions.get::<Self>().cloned())
    }
}
