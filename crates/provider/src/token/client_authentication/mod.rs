//! Client authentication, a file for each method (RFC 6749 section 2.3, RFC 7521).

mod assertion;
pub(crate) mod authenticate;
mod basic;
mod claim;
mod none;
mod post;

pub use authenticate::{AuthenticatedClient, ClientEvidence};
