//! The ways in which people prove who they are, a file for each. Only these make an [`AuthenticatedPerson`].

pub(crate) mod host;
#[cfg(feature = "passkeys")]
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod pending;
mod person;
pub(crate) mod recovery_code;
pub(crate) mod second_factor;
pub(crate) mod totp;
pub(crate) mod upstream;

pub use person::AuthenticatedPerson;
