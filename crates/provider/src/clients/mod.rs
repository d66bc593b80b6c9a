//! The registration of clients, their authentication, and the keys they sign with.

pub(crate) mod authentication;
pub(crate) mod cache;
mod client;
pub(crate) mod dynamic_registration;
pub(crate) mod imitation;
pub(crate) mod keys;
mod lifetimes;
pub(crate) mod logos;
pub(crate) mod metadata;
pub(crate) mod registered;
pub(crate) mod sealed_secret;
pub(crate) mod unregistered_uri;

pub use client::{Client, DynamicRegistration, StoredSecret};
pub use logos::picture::{PictureFormat, PictureRefusal};
pub use metadata::FieldError;
pub use unregistered_uri::UnregisteredUri;
