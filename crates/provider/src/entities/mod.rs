//! Clients, accounts and credentials as plain values: the store keeps them, and every module passes them on. Nothing here reads the store,
//! the settings or the clock.

mod account;
mod account_link;
mod client;
mod credential;
mod local_subject;
mod profile;
pub(crate) mod registered;
mod username;

pub use account::{Account, ExternalId, ExternalIdError};
pub use account_link::{AccountLink, AccountLinkKind, LinkPurpose};
pub use client::{Client, DynamicRegistration, StoredSecret};
pub use credential::{Credential, CredentialKind, CredentialSecret, PasswordHash};
pub use local_subject::LocalSubject;
pub(crate) use profile::settled_groups;
pub use profile::{Profile, ProfileError};
pub use username::{Username, UsernameError};
