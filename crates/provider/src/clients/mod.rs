//! The registration of clients, their authentication, and the keys they sign with.

pub(crate) mod authentication;
pub(crate) mod cache;
pub(crate) mod dynamic_registration;
pub(crate) mod imitation;
pub(crate) mod keys;
pub(crate) mod logos;
pub(crate) mod metadata;
pub(crate) mod sealed_secret;
pub(crate) mod unregistered_uri;

pub use metadata::FieldError;
pub use unregistered_uri::UnregisteredUri;
