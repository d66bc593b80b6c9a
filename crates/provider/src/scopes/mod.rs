//! The scopes that this server knows, and the rule that grants them to clients.

pub(crate) mod known;
pub(crate) mod rule;

pub use known::{ADMINISTRATION_SCOPE, INTROSPECTION_SCOPE, OPENID_SCOPE, REGISTRATION_SCOPE, Scopes};
