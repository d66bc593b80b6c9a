//! Below the issuer's path.

mod api;
mod applications;
mod assets;
mod authorize;
mod authorized_tokens;
mod consent;
mod introspect;
mod keys;
mod login;
mod logout;
mod register;
mod revoke_token;
mod setup;
mod token;
mod userinfo;
