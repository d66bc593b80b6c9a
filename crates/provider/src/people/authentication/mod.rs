//! The ways in which people prove who they are, a file for each. Only these make an [`AuthenticatedPerson`].

pub(crate) mod host;
pub(crate) mod password;
pub(crate) mod pending;
mod person;
pub(crate) mod recovery_code;
pub(crate) mod remembered_device;
pub(crate) mod second_factor;
pub(crate) mod totp;

pub use person::AuthenticatedPerson;
