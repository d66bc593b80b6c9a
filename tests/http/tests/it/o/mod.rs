//! Below the issuer's path.

mod authorize;
mod consent;
mod introspect;
mod login;
mod logout;
mod revoke_token;
mod setup;
mod token;
