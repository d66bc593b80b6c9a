//! Paths of the endpoints below the issuer, as in django-oauth-toolkit. The router and the metadata both read them.

/// The authorization endpoint.
pub const AUTHORIZE: &str = "authorize/";
/// The token endpoint.
pub const TOKEN: &str = "token/";
/// The revocation endpoint.
pub const REVOKE: &str = "revoke_token/";
/// The introspection endpoint.
pub const INTROSPECT: &str = "introspect/";
/// The registration endpoint.
pub const REGISTER: &str = "register/";
/// The userinfo endpoint.
pub const USERINFO: &str = "userinfo/";
/// The logout endpoint, which is our own page for signing out too.
pub const END_SESSION: &str = "logout/";
/// The page that applications frame to watch the login.
pub const CHECK_SESSION: &str = "check_session/";
/// The JWK Set.
pub const JWKS: &str = ".well-known/jwks.json";
/// The page on which somebody who was invited makes an account.
pub const INVITATION: &str = "invitation/";
/// The page on which somebody with a link chooses another password.
pub const RESET_PASSWORD: &str = "reset-password/";
