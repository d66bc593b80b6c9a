//! The ways in which people prove who they are, a file for each.

pub(crate) mod password;
