//! `/o/token/`.

mod authorization_code;
mod client_authentication;
mod client_credentials;
mod refresh_token;
mod requests;
