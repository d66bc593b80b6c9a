//! The ways in which people prove who they are, a file for each. Only these make an [`AuthenticatedPerson`].

pub(crate) mod host;
pub(crate) mod password;
mod person;

pub use person::AuthenticatedPerson;
