//! The token endpoint, its grants, and the endpoints that introspect and revoke tokens (RFC 6749, RFC 7662, RFC 7009).

pub(crate) mod endpoint;
mod grants;
mod introspect;
pub(crate) mod refusal;
mod revoke;

pub use endpoint::TokenResponse;
pub use refusal::{TokenError, TokenRefusal};
