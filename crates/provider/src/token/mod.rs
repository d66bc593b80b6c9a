//! The token endpoint, its grants, and the endpoints that introspect and revoke tokens (RFC 6749, RFC 7662, RFC 7009).

pub(crate) mod client_authentication;
pub(crate) mod endpoint;
pub(crate) mod grants;
pub(crate) mod introspect;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod revoke;

pub use client_authentication::{AuthenticatedClient, ClientEvidence};
pub use refusal::{TokenError, TokenRefusal};
pub use response::TokenResponse;
