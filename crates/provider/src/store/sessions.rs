//! Signed-in browsers.

use async_trait::async_trait;
use pixie_oauth::{Acr, AuthenticationMethods, TokenHash, kinds};

use super::StoreError;
use super::events::NewEvent;
use crate::clock::Timestamp;
use crate::entities::Account;
use crate::ids::{AccountId, ClientKey, CredentialId, SessionId};

/// Opens a session, ending the one that it replaces in the same commit. If that one has the same id, it goes on under
/// another cookie, because the user has authenticated again; if it has another id, the clients that it had signed in to
/// are notified of its end, as by [`CloseSession`].
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// The hash of the cookie's value.
    pub hash: TokenHash<kinds::Session>,
    /// The id.
    pub id: SessionId,
    /// The user who signed in.
    pub account: AccountId,
    /// The methods by which they did (`amr`).
    pub methods: AuthenticationMethods,
    /// The context class that the methods reach (`acr`).
    pub acr: Acr,
    /// The time at which they proved who they are (`auth_time`).
    pub authenticated_at: Timestamp,
    /// The credential that was used: the time of its last use is noted in the same commit.
    pub credential: Option<CredentialId>,
    /// The time of the command.
    pub now: Timestamp,
    /// When it ends, however busy.
    pub expires_at: Timestamp,
    /// The browser's session until now.
    pub replaces: Option<TokenHash<kinds::Session>>,
}

/// Ends a session by a sign-out. In the same commit its clients are noted down to be notified, and the grants end that
/// end with it.
#[derive(Clone, Copy, Debug)]
pub struct CloseSession {
    /// The hash of the cookie's value.
    pub hash: TokenHash<kinds::Session>,
    /// The time of the command.
    pub now: Timestamp,
}

/// Ends sessions of an account, each as by [`CloseSession`].
#[derive(Clone, Copy, Debug)]
pub struct EndSessions {
    /// The account.
    pub account: AccountId,
    /// The sessions.
    pub which: WhichSessions,
    /// The time of the command.
    pub now: Timestamp,
}

/// Sessions of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhichSessions {
    /// Every one.
    All,
    /// Every one but this.
    AllExcept(SessionId),
    /// This one, if it is a session of the account.
    Only(SessionId),
}

/// A session in the list of those of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSession {
    /// The id.
    pub id: SessionId,
    /// The methods by which the person signed in.
    pub methods: AuthenticationMethods,
    /// The context class of the sign-in.
    pub acr: Acr,
    /// The time at which they proved who they are.
    pub authenticated_at: Timestamp,
    /// When it was last used, to within some minutes.
    pub last_seen_at: Timestamp,
    /// When it ends, however busy.
    pub expires_at: Timestamp,
}

/// The clients and grants that ended with a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosedSession {
    /// The clients it had signed in to that still exist, in the order of their keys.
    pub clients: Vec<ClientKey>,
    /// How many grants were alive and ended with it.
    pub grants: u64,
}

/// A session with its person.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// The id.
    pub id: SessionId,
    /// The person as the account is now.
    pub account: Account,
    /// The methods by which they signed in.
    pub methods: AuthenticationMethods,
    /// The context class of the sign-in.
    pub acr: Acr,
    /// The time at which they proved who they are.
    pub authenticated_at: Timestamp,
    /// When it was last used, to within some minutes.
    pub last_seen_at: Timestamp,
    /// When it ends, however busy.
    pub expires_at: Timestamp,
}

/// Sessions in the store.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// See [`OpenSession`]. The event is stored with it.
    async fn open_session(&self, command: OpenSession, event: Option<NewEvent>) -> Result<(), StoreError>;

    /// A session that was not closed, expired or not.
    async fn find_session(
        &self,
        hash: TokenHash<kinds::Session>,
    ) -> Result<Option<SessionRecord>, StoreError>;

    /// Notes that a session was used.
    async fn touch_session(&self, hash: TokenHash<kinds::Session>, now: Timestamp) -> Result<(), StoreError>;

    /// See [`CloseSession`]; does nothing if the session no longer exists.
    async fn close_session(
        &self,
        command: CloseSession,
        event: Option<NewEvent>,
    ) -> Result<ClosedSession, StoreError>;

    /// The sessions of an account that were not closed, expired or not, in the order of their ids. A session that has two cookies is
    /// listed twice.
    async fn list_sessions(&self, account: AccountId) -> Result<Vec<ListedSession>, StoreError>;

    /// See [`EndSessions`]. Returns the number of sessions that ended; the event is stored if it is not 0.
    async fn end_sessions(&self, command: EndSessions, event: Option<NewEvent>) -> Result<u64, StoreError>;

    /// The clients that a session has signed in to and that still exist, in the order of their keys.
    async fn list_session_clients(&self, session: SessionId) -> Result<Vec<ClientKey>, StoreError>;
}
