//! The claims about users: the values of a user, and the selection that a client gets.

pub(crate) mod person;
pub(crate) mod selection;
