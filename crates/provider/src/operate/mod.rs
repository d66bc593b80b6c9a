//! Changes by administrators, the command line and configuration files.

pub(crate) mod api;
pub(crate) mod apply;
pub(crate) mod clients;
pub(crate) mod credentials;
pub(crate) mod events;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod mail;
pub(crate) mod master_key;
#[cfg(feature = "passkeys")]
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod tokens;

pub use api::{AdministratingClient, AdministrationRefusal};
pub use apply::{AccountDeclaration, ApplyError, Change, DeclarationError, Declared, DeclaredEntry};
pub use clients::{ClientRefusal, Registered};
pub use credentials::{CredentialRefusal, FreshSession, NewTotp, RecoveryCodes};
pub use events::EventsRefusal;
pub use links::{LinkRefusal, MadeLink, NewInvitation};
pub use mail::TestMailError;
pub use master_key::MasterKeyRefusal;
#[cfg(feature = "passkeys")]
pub use passkeys::PasskeySignals;
pub use roles::Command;
pub use sessions::SessionsRefusal;
pub use tokens::RevocationRefusal;
