//! What operators and administrators change.

use super::Provider;
use crate::operate::apply;
use crate::operate::clients;
use crate::store::StoreError;
use crate::{Actor, ApplyError, Change, Client, ClientKey, ClientRefusal, Declared, Registered};
use pixie_oauth::{ClientId, ClientMetadata, Origin, Scope};

impl Provider {
    /// Brings clients and accounts to what is declared and says what was changed; with `dry_run` it only says so.
    ///
    /// # Errors
    /// The first declaration that cannot be applied; those before it are.
    pub async fn apply(&self, declared: &Declared, dry_run: bool) -> Result<Vec<Change>, ApplyError> {
        apply::apply(&self.context, declared, dry_run).await
    }

    /// Registers a client.
    ///
    /// # Errors
    /// See [`ClientRefusal`].
    pub async fn register_client(
        &self,
        actor: Actor<'_>,
        metadata: &ClientMetadata,
    ) -> Result<Registered, ClientRefusal> {
        clients::register_client(&self.context, actor, metadata).await
    }

    /// Changes a client: fields that `metadata` leaves out stay as they are. `revision` is that of the client as it was
    /// shown, where it was shown.
    ///
    /// # Errors
    /// See [`ClientRefusal`].
    pub async fn update_client(
        &self,
        actor: Actor<'_>,
        key: ClientKey,
        metadata: &ClientMetadata,
        revision: Option<i64>,
    ) -> Result<Registered, ClientRefusal> {
        clients::update_client(&self.context, actor, key, metadata, revision).await
    }

    /// Replaces what is said of a client: fields that `metadata` leaves out get their defaults. A client that registered
    /// itself is from then on the one's who changed it: its registration access token stops working, and it does not
    /// expire.
    ///
    /// # Errors
    /// See [`ClientRefusal`].
    pub async fn replace_client(
        &self,
        actor: Actor<'_>,
        key: ClientKey,
        metadata: &ClientMetadata,
        revision: Option<i64>,
    ) -> Result<Registered, ClientRefusal> {
        clients::replace_client(&self.context, actor, key, metadata, revision).await
    }

    /// Gives a confidential client another secret; the old one is worth nothing from now on.
    ///
    /// # Errors
    /// See [`ClientRefusal`].
    pub async fn rotate_client_secret(
        &self,
        actor: Actor<'_>,
        key: ClientKey,
    ) -> Result<Registered, ClientRefusal> {
        clients::rotate_client_secret(&self.context, actor, key).await
    }

    /// Deletes a client; its codes, tokens and consents are dead from now on.
    ///
    /// # Errors
    /// See [`ClientRefusal`].
    pub async fn delete_client(&self, actor: Actor<'_>, key: ClientKey) -> Result<(), ClientRefusal> {
        clients::delete_client(&self.context, actor, key).await
    }

    /// A client that the actor may manage, by its row.
    ///
    /// # Errors
    /// Unknown, or somebody else's.
    pub async fn client_by_key(&self, actor: Actor<'_>, key: ClientKey) -> Result<Client, ClientRefusal> {
        clients::client_by_key(&*self.context.base.store, actor, key).await
    }

    /// A client by its identifier.
    ///
    /// # Errors
    /// Unknown.
    pub async fn client_by_id(&self, actor: Actor<'_>, id: &ClientId) -> Result<Client, ClientRefusal> {
        clients::client_by_id(&*self.context.base.store, actor, id).await
    }

    /// At most `limit` clients that the actor may manage, after the given one.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn list_clients(
        &self,
        actor: Actor<'_>,
        after: Option<ClientKey>,
        limit: u32,
    ) -> Result<Vec<Client>, StoreError> {
        clients::list_clients(&*self.context.base.store, actor, after, limit).await
    }

    /// What a client gets that asks for no scope.
    pub fn default_scope_of(&self, client: &Client) -> Scope {
        clients::default_scope_of(&self.context.base.settings, client)
    }

    /// Whether scripts of an origin may read what the token and revocation endpoints answer to this client (CORS).
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn is_origin_of_client(&self, client: &str, origin: &Origin) -> Result<bool, StoreError> {
        clients::is_origin_of_client(&self.context, client, origin).await
    }
}
