//! The claims about users: rules of the operator, values of a user, and the selection that a client gets.

pub(crate) mod person;
pub(crate) mod rule;
pub(crate) mod selection;

pub use rule::{ClaimRule, ClaimRuleError, ClaimSource, WrittenClaimRule};
