//! Changes by operators and administrators.

use super::Provider;
use crate::keys::rotation;
use crate::mail::MailAddress;
use crate::operate::roles::{self, Target};
use crate::operate::{
    TestMailError, api, apply, clients, events, keys, mail, master_key, people, sessions, tokens,
};
use crate::store::{EventCount, ListEvents, ListedSession, StoreError, StoredEvent, WhichSessions};
use crate::{
    Account, AccountId, AccountRefusal, Actor, AdministratingClient, AdministrationRefusal, ApplyError,
    Change, Client, ClientKey, ClientRefusal, Command, Declared, EventsRefusal, ListedKey, MasterKey,
    MasterKeyRefusal, NewPerson, Registered, RevocationRefusal, RotationRefusal, SessionsRefusal, Timestamp,
    When, WithdrawnKey,
};
use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{ClientId, ClientMetadata, IntrospectionResponse, Origin, Scope};

impl Provider {
    /// Deletes an account with its credentials, sessions, tokens, consents, links and waiting mails. Its applications belong to nobody
    /// then, and its events stay.
    ///
    /// # Errors
    /// See [`AccountRefusal`]. The last administrator who may sign in is not deleted.
    pub async fn delete_account(&self, actor: Actor<'_>, account: &Account) -> Result<(), AccountRefusal> {
        people::delete_account(&self.context.base, actor, account).await
    }

    /// The sessions of an account that have not ended, the oldest first.
    ///
    /// # Errors
    /// See [`SessionsRefusal`].
    pub async fn list_sessions(
        &self,
        actor: Actor<'_>,
        account: AccountId,
    ) -> Result<Vec<ListedSession>, SessionsRefusal> {
        sessions::list_sessions(&self.context.base, actor, account).await
    }

    /// Ends sessions of an account, and says how many; their applications are notified.
    ///
    /// # Errors
    /// See [`SessionsRefusal`].
    pub async fn end_sessions(
        &self,
        actor: Actor<'_>,
        account: AccountId,
        which: WhichSessions,
    ) -> Result<u64, SessionsRefusal> {
        sessions::end_sessions(&self.context.base, actor, account, which).await
    }

    /// Returns `true` if an actor may use a command, by the table in docs/roles.md, on things that are still to be made, or
    /// on all. The functions check it by themselves: pages use it to choose what they show.
    pub fn may(&self, actor: Actor<'_>, command: Command) -> bool {
        roles::may(actor, command, Target::Server, &self.context.base.settings)
    }

    /// Checks that an active access token may administer this server.
    ///
    /// # Errors
    /// See [`AdministrationRefusal`].
    pub async fn authenticate_administration(
        &self,
        token: &IntrospectionResponse,
    ) -> Result<AdministratingClient, AdministrationRefusal> {
        api::authenticate_administration(&self.context.base, &self.context.known_clients, token).await
    }

    /// Brings clients and accounts to what is declared and says what was changed; with `dry_run` it only says so.
    ///
    /// # Errors
    /// The first declaration that cannot be applied; those before it are.
    pub async fn apply(
        &self,
        actor: Actor<'_>,
        declared: &Declared,
        dry_run: bool,
    ) -> Result<Vec<Change>, ApplyError> {
        apply::apply(&self.context, actor, declared, dry_run).await
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
    /// shown, if it was shown.
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

    /// Replaces the metadata of a client: fields that `metadata` leaves out get their defaults. A client that registered
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
        clients::delete_client(&self.context.base, &self.context.known_clients, actor, key).await
    }

    /// A client that the actor may manage, by its row.
    ///
    /// # Errors
    /// Unknown, or somebody else's.
    pub async fn client_by_key(&self, actor: Actor<'_>, key: ClientKey) -> Result<Client, ClientRefusal> {
        clients::client_by_key(&self.context.base, actor, key).await
    }

    /// A client by its identifier.
    ///
    /// # Errors
    /// See [`ClientRefusal`].
    pub async fn client_by_id(&self, actor: Actor<'_>, id: &ClientId) -> Result<Client, ClientRefusal> {
        clients::client_by_id(&self.context.base, actor, id).await
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
        clients::list_clients(&self.context.base, actor, after, limit).await
    }

    /// The scope for a client that requests none.
    pub fn default_scope_of(&self, client: &Client) -> Scope {
        clients::default_scope_of(&self.context.base.settings, client)
    }

    /// Returns `true` if scripts of an origin may read what the token and revocation endpoints answer to this client (CORS);
    /// `None` if there is no such client.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn is_origin_of_client(
        &self,
        client: &str,
        origin: Option<&Origin>,
    ) -> Result<Option<bool>, StoreError> {
        clients::is_origin_of_client(&self.context.known_clients, client, origin).await
    }

    /// Makes an account for somebody.
    ///
    /// # Errors
    /// See [`AccountRefusal`].
    pub async fn add_account(&self, actor: Actor<'_>, new: NewPerson) -> Result<Account, AccountRefusal> {
        people::add_account(&self.context.base, &self.context.hashing, actor, new).await
    }

    /// Changes name, e-mail address, claims, groups and administrator mark of an account.
    ///
    /// # Errors
    /// See [`AccountRefusal`].
    pub async fn update_account(&self, actor: Actor<'_>, account: Account) -> Result<(), AccountRefusal> {
        people::update_account(&self.context.base, actor, account).await
    }

    /// Gives an account another password; its sessions and refresh tokens end.
    ///
    /// # Errors
    /// See [`AccountRefusal`].
    pub async fn set_password(
        &self,
        actor: Actor<'_>,
        account: &Account,
        password: &str,
    ) -> Result<(), AccountRefusal> {
        people::set_password(&self.context, actor, account, password).await
    }

    /// Disables an account, ending its sessions and tokens, or enables it again.
    ///
    /// # Errors
    /// It is gone, the actor may not do this, or the store did not answer.
    pub async fn set_disabled(
        &self,
        actor: Actor<'_>,
        account: AccountId,
        disabled: bool,
    ) -> Result<(), AccountRefusal> {
        people::set_disabled(&self.context.base, actor, account, disabled).await
    }

    /// Takes back what a person allowed an application: the consent is forgotten and its tokens are dead.
    ///
    /// # Errors
    /// See [`RevocationRefusal`].
    pub async fn withdraw_authorization(
        &self,
        actor: Actor<'_>,
        account: AccountId,
        client: ClientKey,
    ) -> Result<(), RevocationRefusal> {
        tokens::withdraw_authorization(&self.context.base, actor, account, client).await
    }

    /// Ends the token that a text is, whoever's it is; a refresh token takes its family with it. `false` if there is no such
    /// token.
    ///
    /// # Errors
    /// See [`RevocationRefusal`].
    pub async fn revoke_any_token(&self, actor: Actor<'_>, text: &str) -> Result<bool, RevocationRefusal> {
        tokens::revoke_any_token(&self.context.base, &self.context.keys, actor, text).await
    }

    /// Ends every token of a person, of a client, or of one with the other; how many families and single tokens.
    ///
    /// # Errors
    /// See [`RevocationRefusal`].
    pub async fn revoke_tokens_of(
        &self,
        actor: Actor<'_>,
        account: Option<AccountId>,
        client: Option<ClientKey>,
    ) -> Result<u64, RevocationRefusal> {
        tokens::revoke_tokens_of(&self.context.base, actor, account, client).await
    }

    /// Every key that is published, by algorithm, the oldest first.
    ///
    /// # Errors
    /// The actor may not see them.
    pub async fn keys(&self, actor: Actor<'_>) -> Result<Vec<ListedKey>, RotationRefusal> {
        keys::list_keys(&self.context.base, &self.context.keys, actor).await
    }

    /// Makes the next key of an algorithm, which then replaces the one that signs.
    ///
    /// # Errors
    /// See [`RotationRefusal`].
    pub async fn rotate_key(
        &self,
        actor: Actor<'_>,
        algorithm: SigningAlgorithm,
        when: When,
    ) -> Result<ListedKey, RotationRefusal> {
        keys::rotate_key(&self.context.base, &self.context.keys, actor, algorithm, when).await
    }

    /// Withdraws a key that others may know: it is gone from the key set at once, and what it signed is refused, by introspection
    /// and userinfo too. If it is the newest of its algorithm, a new key takes its place.
    ///
    /// # Errors
    /// See [`RotationRefusal`].
    pub async fn withdraw_key(&self, actor: Actor<'_>, kid: &str) -> Result<WithdrawnKey, RotationRefusal> {
        keys::withdraw_key(&self.context.base, &self.context.keys, actor, kid).await
    }

    /// Lets another master key open what this server has sealed, beside the one with which it runs. Servers that run are not disturbed:
    /// give the new key to each of them, and end with [`Provider::retire_master_keys`].
    ///
    /// # Errors
    /// See [`MasterKeyRefusal`].
    pub async fn add_master_key(&self, actor: Actor<'_>, new: &MasterKey) -> Result<(), MasterKeyRefusal> {
        master_key::add_master_key(&self.context.base, &self.context.keys.root, actor, new).await
    }

    /// Lets no master key but this one open what the server has sealed, and returns how many others did. If this one does not open
    /// it, nothing is changed.
    ///
    /// # Errors
    /// See [`MasterKeyRefusal`].
    pub async fn retire_master_keys(
        &self,
        actor: Actor<'_>,
        keep: &MasterKey,
    ) -> Result<u64, MasterKeyRefusal> {
        master_key::retire_master_keys(&self.context.base, actor, keep).await
    }

    /// The time until which the key that signs now would be published if it were rotated.
    ///
    /// # Errors
    /// The store did not answer: clients may have lifetimes of their own.
    pub async fn rotated_key_is_kept_until(&self, when: When) -> Result<Timestamp, StoreError> {
        rotation::kept_until(&self.context.base, when).await
    }

    /// Makes a key from elsewhere the one that signs with its algorithm, at once: its id is its thumbprint, so that it stays
    /// what clients know. If no algorithm is named it follows from the key; an RSA key signs RS256 then.
    ///
    /// # Errors
    /// See [`RotationRefusal`].
    pub async fn import_key(
        &self,
        actor: Actor<'_>,
        algorithm: Option<SigningAlgorithm>,
        pem: &str,
    ) -> Result<ListedKey, RotationRefusal> {
        keys::import_key(&self.context.base, &self.context.keys, actor, algorithm, pem).await
    }

    /// Sends a test mail at once, without the queue.
    ///
    /// # Errors
    /// See [`TestMailError`].
    pub async fn send_test_mail(&self, actor: Actor<'_>, to: &MailAddress) -> Result<(), TestMailError> {
        mail::send_test_mail(&self.context, actor, to).await
    }

    /// Puts a test mail into the queue, from which [`Provider::run_jobs`] of any process on the database sends it.
    ///
    /// # Errors
    /// See [`TestMailError`].
    pub async fn queue_test_mail(&self, actor: Actor<'_>, to: &MailAddress) -> Result<(), TestMailError> {
        mail::queue_test_mail(&self.context, actor, to).await
    }

    /// Stored events, the newest first.
    ///
    /// # Errors
    /// See [`EventsRefusal`].
    pub async fn list_events(
        &self,
        actor: Actor<'_>,
        query: ListEvents,
    ) -> Result<Vec<StoredEvent>, EventsRefusal> {
        events::list_events(&self.context.base, actor, query).await
    }

    /// How often each kind of event happened in each hour since a moment, at all nodes together.
    ///
    /// # Errors
    /// See [`EventsRefusal`].
    pub async fn list_event_counts(
        &self,
        actor: Actor<'_>,
        since: Timestamp,
    ) -> Result<Vec<EventCount>, EventsRefusal> {
        events::list_event_counts(&self.context.base, actor, since).await
    }
}
