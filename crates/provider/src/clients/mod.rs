//! Clients as they are read and checked: the cache of their rows, their metadata, their keys, secrets and logos.

pub(crate) mod cache;
pub(crate) mod imitation;
pub(crate) mod keys;
pub(crate) mod lifetimes;
pub(crate) mod logos;
pub(crate) mod metadata;
pub(crate) mod sealed_secret;
pub(crate) mod shown_secrets;
pub(crate) mod unregistered_uri;

pub use metadata::FieldError;
pub use unregistered_uri::UnregisteredUri;
