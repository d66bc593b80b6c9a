//! What a request was let in by, for handlers (axum extractors).

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use pixie_oauth::{Audience, ClientId, IntrospectionResponse, Scope};

use crate::refusal::Reason;
use crate::{Person, Refusal};

/// What a request was let in by. As an extractor it refuses anonymous requests; `Option<Access>` is `None` for them,
/// which only a layer with [`allow_anonymous`](crate::ResourceLayer::allow_anonymous) lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    by: AuthorizedBy,
    realm: Arc<str>,
}

/// A session or a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizedBy {
    /// A person's own session in a browser: good for whatever the person may do.
    Session(Person),
    /// A bearer token: good for its scope, and what the authorization server said of it.
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

    /// Whether it was a person's session, not a token.
    pub fn is_session(&self) -> bool {
        matches!(self.by, AuthorizedBy::Session(_))
    }

    /// What the token is good for; `None` for a session, which no scope narrows.
    pub fn scope(&self) -> Option<&Scope> {
        self.token()?.scope.as_ref()
    }

    /// The client that the token was issued to; `None` for a session.
    pub fn client_id(&self) -> Option<&ClientId> {
        self.token()?.client_id.as_ref()
    }

    /// The person's name; `None` where a client acts for itself, and where the token does not tell: a JWT that is checked
    /// here, or a token of a client that knows people by names of its own (pairwise subjects).
    pub fn username(&self) -> Option<&str> {
        match &self.by {
            AuthorizedBy::Session(person) => Some(&person.username),
            AuthorizedBy::Token(token) => token.username.as_deref(),
        }
    }

    /// The identifier of the person, or of the client where it acts for itself; then it is the same as
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

    /// Goes on only if the token is good for these scopes (space-separated, all of them needed). A session always is.
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

/// Why this token is not good for all of `needed`.
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
