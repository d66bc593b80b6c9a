//! Below the issuer's path.

pub(crate) mod account;
mod api;
mod applications;
mod assets;
mod authorize;
mod authorized_tokens;
mod confirmations;
mod consent;
mod consent_on_device;
mod expired_forms;
mod forgotten_password;
mod fresh_sign_in;
mod introspect;
mod invitation;
mod keys;
mod login;
mod logos;
mod logout;
mod register;
mod relaxed_redirects;
mod reset_password;
mod revoke_token;
mod setup;
mod subjects;
mod token;
mod userinfo;
