//! Clients that register themselves (RFC 7591) and manage what they registered (RFC 7592).

pub(crate) mod access;
pub(crate) mod client_information;
pub(crate) mod create;
pub(crate) mod identity;
pub(crate) mod manage;
pub(crate) mod refusal;
pub(crate) mod requested;

pub use access::RegistrationRequest;
pub use client_information::ClientInformation;
pub use refusal::{RegistrationError, RegistrationRefusal};
