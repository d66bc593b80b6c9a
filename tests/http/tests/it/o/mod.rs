//! Below the issuer's path.

mod authorize;
mod introspect;
mod revoke_token;
mod token;
