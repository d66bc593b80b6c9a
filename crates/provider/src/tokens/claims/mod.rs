//! Claims: rules of the operator, values of a person, and which of them a client is told.

pub(crate) mod person;
pub(crate) mod rule;
pub(crate) mod selection;

pub use rule::{ClaimRule, ClaimRuleError, ClaimSource};
