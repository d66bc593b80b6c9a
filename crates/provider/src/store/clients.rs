//! Registered clients.

use async_trait::async_trait;
use pixie_oauth::ClientId;

use super::StoreError;
use super::events::NewEvent;
use crate::clock::Timestamp;
use crate::entities::Client;
use crate::ids::{AccountId, ClientKey};

/// The selection of clients to list.
#[derive(Clone, Debug, Default)]
pub struct ListClients {
    /// Only those that this person registered.
    pub owner: Option<AccountId>,
    /// Only those after this one, in the order of their keys.
    pub after: Option<ClientKey>,
    /// How many at the most.
    pub limit: u32,
}

/// How adding a client ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertClient {
    /// It is registered.
    Inserted,
    /// Another client has this identifier, or it is the subject that an account was given (RFC 9700 section 4.15).
    IdTaken,
    /// The identical client registered itself before ([`crate::DynamicRegistration::identity`]): here it is. In the same commit
    /// its registration access token stopped working, which makes its revision one higher, and it counts as changed at the
    /// time of the command, so that it is not swept as unused.
    Identical(Box<Client>),
}

/// How changing a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateClient {
    /// It is changed; its revision is one higher.
    Updated,
    /// Somebody else changed it since it was read.
    Outdated,
    /// It is gone.
    Gone,
}

/// Clients in the store.
#[async_trait]
pub trait Clients: Send + Sync {
    /// A client by its identifier, compared byte for byte.
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// A client by its row.
    async fn find_client_by_key(&self, key: ClientKey) -> Result<Option<Client>, StoreError>;

    /// The client that registered itself with this identity ([`crate::DynamicRegistration::identity`]).
    async fn find_identical_client(&self, identity: &[u8; 32]) -> Result<Option<Client>, StoreError>;

    /// How many clients there are that registered themselves.
    async fn count_dynamic_clients(&self) -> Result<u64, StoreError>;

    /// Clients in the order of their keys.
    async fn list_clients(&self, query: ListClients) -> Result<Vec<Client>, StoreError>;

    /// The keys and names of the trusted clients, which never ask for consent. There are few of them.
    async fn list_trusted_names(&self) -> Result<Vec<(ClientKey, String)>, StoreError>;

    /// The longest time, in seconds, for which a token that was signed for a client is valid, among the clients that have
    /// lifetimes of their own ([`Client::signed_token_lifetime`]); `None` if there are none.
    async fn max_signed_token_lifetime(&self) -> Result<Option<i64>, StoreError>;

    /// Registers a client unless its identifier is taken, with the event if it is inserted.
    async fn insert_client(
        &self,
        client: Client,
        event: Option<NewEvent>,
    ) -> Result<InsertClient, StoreError>;

    /// Replaces the stored client if its revision is the given client's; stores that revision plus one.
    /// Identifier, key and time of registration never change.
    async fn update_client(
        &self,
        client: Client,
        event: Option<NewEvent>,
    ) -> Result<UpdateClient, StoreError>;

    /// Deletes a client; its codes, tokens and consents are dead from this commit on. `false` if it was gone already; then
    /// the event is not stored.
    async fn delete_client(
        &self,
        key: ClientKey,
        now: Timestamp,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError>;
}
