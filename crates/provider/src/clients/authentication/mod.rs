//! Client authentication, a file for each method (RFC 6749 section 2.3, RFC 7521).

pub(crate) mod authenticate;
mod basic;
mod claim;
mod none;
mod post;
mod private_key_jwt;

pub use authenticate::{AuthenticatedClient, ClientEvidence};
