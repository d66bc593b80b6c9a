//! Signed-in browsers.

use async_trait::async_trait;
use pixie_oauth::{TokenHash, kinds};

use super::StoreError;
use crate::accounts::User;
use crate::clock::Timestamp;
use crate::ids::{SessionId, UserId};

/// Opens a session, ending the one it takes the place of in the same commit.
#[derive(Clone, Copy, Debug)]
pub struct OpenSession {
    /// The hash of the cookie's value.
    pub hash: TokenHash<kinds::Session>,
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// When.
    pub now: Timestamp,
    /// When it ends, however busy.
    pub expires_at: Timestamp,
    /// The browser's session until now.
    pub replaces: Option<TokenHash<kinds::Session>>,
}

/// A session with its person.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// The person as the account is now.
    pub user: User,
    /// When they proved who they are.
    pub authenticated_at: Timestamp,
    /// When it was last used, to within some minutes.
    pub last_seen_at: Timestamp,
    /// When it ends, however busy.
    pub expires_at: Timestamp,
}

/// Sessions in the store.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// See [`OpenSession`].
    async fn open_session(&self, command: OpenSession) -> Result<(), StoreError>;

    /// A session that was not closed, expired or not.
    async fn find_session(
        &self,
        hash: TokenHash<kinds::Session>,
    ) -> Result<Option<SessionRecord>, StoreError>;

    /// Notes that a session was used.
    async fn touch_session(&self, hash: TokenHash<kinds::Session>, now: Timestamp) -> Result<(), StoreError>;

    /// Ends a session; nothing happens where it is gone.
    async fn close_session(&self, hash: TokenHash<kinds::Session>) -> Result<(), StoreError>;
}
