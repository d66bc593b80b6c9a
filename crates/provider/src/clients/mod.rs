//! Clients: what they register, how they prove who they are, and the keys they sign with.

pub(crate) mod authentication;
pub(crate) mod cache;
mod client;
pub(crate) mod dynamic_registration;
pub(crate) mod keys;
pub(crate) mod metadata;
pub(crate) mod registered;

pub use client::{Client, DynamicRegistration, SecretHash};
pub use metadata::FieldError;
