//! The token endpoint, its grants, and the endpoints that introspect and revoke tokens (RFC 6749, RFC 7662, RFC 7009).

pub(crate) mod endpoint;
pub(crate) mod grants;
pub(crate) mod introspect;
pub(crate) mod refusal;
pub(crate) mod revoke;

pub use endpoint::TokenResponse;
pub use refusal::{TokenError, TokenRefusal};
