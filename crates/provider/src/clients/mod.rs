//! The registration of clients, their authentication, and the keys they sign with.

pub(crate) mod authentication;
pub(crate) mod cache;
mod client;
pub(crate) mod dynamic_registration;
pub(crate) mod keys;
pub(crate) mod metadata;
pub(crate) mod registered;

pub use client::{Client, DynamicRegistration, SecretHash};
pub use metadata::FieldError;
