//! The grants: each fills in only what is its own (RFC 6749 section 4).

pub(crate) mod authorization_code;
pub(crate) mod client_credentials;
pub(crate) mod refresh_token;
