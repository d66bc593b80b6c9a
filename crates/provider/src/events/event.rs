//! An event as one value: the log, the metrics and the stored events are derived from it. No secret is in it.

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{AuthenticationMethods, GrantType, ResponseType};

use super::provider_metrics::SignInOutcome;
use crate::clock::Timestamp;
use crate::entities::Client;
use crate::entities::CredentialKind;
use crate::ids::{AccountId, ClientKey, SessionId};
use crate::mail::MailKind;
use crate::store::EventKind;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'a> {
    /// See [`EventKind::SignedIn`].
    SignedIn {
        account: AccountId,
        session: SessionId,
        methods: AuthenticationMethods,
    },
    /// See [`EventKind::SignInFailed`].
    SignInFailed { outcome: SignInOutcome },
    /// See [`EventKind::SignedOut`]. What ended is known after the commit.
    SignedOut {
        account: AccountId,
        session: SessionId,
        ended: Ended,
    },
    /// See [`EventKind::AccountAdded`].
    AccountAdded {
        account: AccountId,
        administrator: bool,
        by: AddedBy,
    },
    /// See [`EventKind::AccountChanged`].
    AccountChanged { account: AccountId, administrator: bool },
    /// See [`EventKind::PasswordChanged`].
    PasswordChanged { account: AccountId },
    /// See [`EventKind::CredentialAdded`].
    CredentialAdded {
        account: AccountId,
        kind: CredentialKind,
    },
    /// See [`EventKind::CredentialRemoved`].
    CredentialRemoved {
        account: AccountId,
        kind: CredentialKind,
    },
    /// See [`EventKind::SessionsEnded`].
    SessionsEnded {
        account: AccountId,
        session: Option<SessionId>,
    },
    /// See [`EventKind::AccountDeleted`].
    AccountDeleted { account: AccountId },
    /// See [`EventKind::PasswordReset`].
    PasswordReset {
        account: AccountId,
        removed_factors: bool,
    },
    /// See [`EventKind::InvitationMade`].
    InvitationMade { uses: u32, expires_at: Timestamp },
    /// See [`EventKind::ResetLinkMade`].
    ResetLinkMade {
        account: AccountId,
        removes_factors: bool,
        expires_at: Timestamp,
    },
    /// See [`EventKind::AccountDisabled`] and [`EventKind::AccountEnabled`].
    AccountDisabled { account: AccountId, disabled: bool },
    /// See [`EventKind::AuthorizationGranted`]. `consented` if the person was asked just now.
    AuthorizationGranted {
        client: &'a Client,
        account: AccountId,
        response_type: ResponseType,
        consented: bool,
    },
    /// See [`EventKind::AuthorizationWithdrawn`].
    AuthorizationWithdrawn { client: ClientKey, account: AccountId },
    /// See [`EventKind::ClientRegistered`]. `again` if the identical client had registered itself before.
    ClientRegistered { client: &'a Client, again: bool },
    /// See [`EventKind::ClientChanged`].
    ClientChanged { client: &'a Client },
    /// See [`EventKind::ClientSecretRotated`].
    ClientSecretRotated { client: &'a Client },
    /// See [`EventKind::ClientDeleted`].
    ClientDeleted { client: &'a Client },
    /// See [`EventKind::ClientDeleted`]: so many that registered themselves were not used. The store has made an event for each.
    UnusedClientsDeleted { number: u64 },
    /// See [`EventKind::FirstAdministratorLinkMade`].
    FirstAdministratorLinkMade { expires_at: Timestamp },
    /// See [`EventKind::KeyMade`], [`EventKind::KeyRotated`] and [`EventKind::KeyImported`].
    KeyAdded {
        kid: &'a str,
        algorithm: SigningAlgorithm,
        signs_from: Timestamp,
        by: KeyAddedBy,
    },
    /// See [`EventKind::KeyWithdrawn`].
    KeyWithdrawn {
        kid: &'a str,
        algorithm: SigningAlgorithm,
    },
    /// See [`EventKind::MasterKeyAdded`].
    MasterKeyAdded,
    /// See [`EventKind::MasterKeysRetired`].
    MasterKeysRetired,
    /// See [`EventKind::TokenIssued`].
    TokenIssued { client: &'a Client, grant: GrantType },
    /// See [`EventKind::TokenIntrospected`].
    TokenIntrospected,
    /// See [`EventKind::TokenRevoked`].
    TokenRevoked,
    /// See [`EventKind::TokensRevoked`]. How many is known after the commit.
    TokensRevoked {
        account: Option<AccountId>,
        client: Option<ClientKey>,
        revoked: u64,
    },
    /// See [`EventKind::MailSent`].
    MailSent {
        kind: MailKind,
        account: Option<AccountId>,
    },
    /// See [`EventKind::MailGivenUp`].
    MailGivenUp {
        kind: MailKind,
        account: Option<AccountId>,
    },
    /// See [`EventKind::RefreshTokenReused`].
    RefreshTokenReused,
    /// See [`EventKind::CodeReplayed`].
    CodeReplayed,
}

/// The numbers of clients to notify and of grants that ended with a session.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ended {
    pub(crate) clients: usize,
    pub(crate) grants: u64,
}

/// By which way an account came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddedBy {
    /// Somebody who may made it for somebody else.
    Administration,
    /// The person themselves.
    SignUp,
    /// The person themselves, by an invitation.
    Invitation,
    /// The link that makes the first administrator.
    FirstAdministratorLink,
    /// The application into which the provider is mounted knows the person.
    HostApplication,
    /// An upstream provider knows the person.
    Upstream,
}

/// By which way a signing key came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAddedBy {
    /// It is the first of its algorithm.
    Start,
    /// A rotation.
    Rotation,
    /// An import.
    Import,
}

impl Event<'_> {
    /// The kind.
    pub(crate) fn kind(&self) -> EventKind {
        match self {
            Self::SignedIn { .. } => EventKind::SignedIn,
            Self::SignInFailed { .. } => EventKind::SignInFailed,
            Self::SignedOut { .. } => EventKind::SignedOut,
            Self::AccountAdded { .. } => EventKind::AccountAdded,
            Self::AccountChanged { .. } => EventKind::AccountChanged,
            Self::PasswordChanged { .. } => EventKind::PasswordChanged,
            Self::PasswordReset { .. } => EventKind::PasswordReset,
            Self::InvitationMade { .. } => EventKind::InvitationMade,
            Self::ResetLinkMade { .. } => EventKind::ResetLinkMade,
            Self::CredentialAdded { .. } => EventKind::CredentialAdded,
            Self::CredentialRemoved { .. } => EventKind::CredentialRemoved,
            Self::SessionsEnded { .. } => EventKind::SessionsEnded,
            Self::AccountDeleted { .. } => EventKind::AccountDeleted,
            Self::AccountDisabled { disabled: true, .. } => EventKind::AccountDisabled,
            Self::AccountDisabled { disabled: false, .. } => EventKind::AccountEnabled,
            Self::AuthorizationGranted { .. } => EventKind::AuthorizationGranted,
            Self::AuthorizationWithdrawn { .. } => EventKind::AuthorizationWithdrawn,
            Self::ClientRegistered { .. } => EventKind::ClientRegistered,
            Self::ClientChanged { .. } => EventKind::ClientChanged,
            Self::ClientSecretRotated { .. } => EventKind::ClientSecretRotated,
            Self::ClientDeleted { .. } | Self::UnusedClientsDeleted { .. } => EventKind::ClientDeleted,
            Self::FirstAdministratorLinkMade { .. } => EventKind::FirstAdministratorLinkMade,
            Self::KeyAdded { by, .. } => match by {
                KeyAddedBy::Start => EventKind::KeyMade,
                KeyAddedBy::Rotation => EventKind::KeyRotated,
                KeyAddedBy::Import => EventKind::KeyImported,
            },
            Self::KeyWithdrawn { .. } => EventKind::KeyWithdrawn,
            Self::MasterKeyAdded => EventKind::MasterKeyAdded,
            Self::MasterKeysRetired => EventKind::MasterKeysRetired,
            Self::TokenIssued { .. } => EventKind::TokenIssued,
            Self::TokenIntrospected => EventKind::TokenIntrospected,
            Self::TokenRevoked => EventKind::TokenRevoked,
            Self::TokensRevoked { .. } => EventKind::TokensRevoked,
            Self::MailSent { .. } => EventKind::MailSent,
            Self::MailGivenUp { .. } => EventKind::MailGivenUp,
            Self::RefreshTokenReused => EventKind::RefreshTokenReused,
            Self::CodeReplayed => EventKind::CodeReplayed,
        }
    }

    /// The account that the event is about.
    pub(super) fn account(&self) -> Option<AccountId> {
        match self {
            Self::SignedIn { account, .. }
            | Self::SignedOut { account, .. }
            | Self::AccountAdded { account, .. }
            | Self::AccountChanged { account, .. }
            | Self::PasswordChanged { account }
            | Self::PasswordReset { account, .. }
            | Self::ResetLinkMade { account, .. }
            | Self::CredentialAdded { account, .. }
            | Self::CredentialRemoved { account, .. }
            | Self::SessionsEnded { account, .. }
            | Self::AccountDeleted { account }
            | Self::AccountDisabled { account, .. }
            | Self::AuthorizationGranted { account, .. }
            | Self::AuthorizationWithdrawn { account, .. } => Some(*account),
            Self::TokensRevoked { account, .. }
            | Self::MailSent { account, .. }
            | Self::MailGivenUp { account, .. } => *account,
            Self::SignInFailed { .. }
            | Self::InvitationMade { .. }
            | Self::ClientRegistered { .. }
            | Self::ClientChanged { .. }
            | Self::ClientSecretRotated { .. }
            | Self::ClientDeleted { .. }
            | Self::UnusedClientsDeleted { .. }
            | Self::FirstAdministratorLinkMade { .. }
            | Self::KeyAdded { .. }
            | Self::KeyWithdrawn { .. }
            | Self::MasterKeyAdded
            | Self::MasterKeysRetired
            | Self::TokenIssued { .. }
            | Self::TokenIntrospected
            | Self::TokenRevoked
            | Self::RefreshTokenReused
            | Self::CodeReplayed => None,
        }
    }

    /// The client that the event is about.
    pub(super) fn client(&self) -> Option<ClientKey> {
        match self {
            Self::AuthorizationGranted { client, .. }
            | Self::ClientRegistered { client, .. }
            | Self::ClientChanged { client }
            | Self::ClientSecretRotated { client }
            | Self::ClientDeleted { client }
            | Self::TokenIssued { client, .. } => Some(client.key),
            Self::AuthorizationWithdrawn { client, .. } => Some(*client),
            Self::TokensRevoked { client, .. } => *client,
            Self::SignedIn { .. }
            | Self::SignInFailed { .. }
            | Self::SignedOut { .. }
            | Self::AccountAdded { .. }
            | Self::AccountChanged { .. }
            | Self::PasswordChanged { .. }
            | Self::PasswordReset { .. }
            | Self::InvitationMade { .. }
            | Self::ResetLinkMade { .. }
            | Self::CredentialAdded { .. }
            | Self::CredentialRemoved { .. }
            | Self::SessionsEnded { .. }
            | Self::AccountDeleted { .. }
            | Self::AccountDisabled { .. }
            | Self::UnusedClientsDeleted { .. }
            | Self::FirstAdministratorLinkMade { .. }
            | Self::KeyAdded { .. }
            | Self::KeyWithdrawn { .. }
            | Self::MasterKeyAdded
            | Self::MasterKeysRetired
            | Self::TokenIntrospected
            | Self::TokenRevoked
            | Self::MailSent { .. }
            | Self::MailGivenUp { .. }
            | Self::RefreshTokenReused
            | Self::CodeReplayed => None,
        }
    }
}
