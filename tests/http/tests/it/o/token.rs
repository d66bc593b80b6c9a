//! `/o/token/`.

mod authorization_code;
mod client_authentication;
mod client_credentials;
mod jwt_access_token;
mod lifetimes;
mod refresh_token;
mod refresh_without_rotation;
mod requests;
mod resource;
