//! `[openid]`: switches of OpenID Connect.

use super::key::section;

section! {
    /// Switches of OpenID Connect.
    Openid = "openid" {
        /// Lets applications sign people in: id tokens, userinfo, sign-out, and the scopes `openid`, `profile`,
        /// `email`, `address`, `phone` and `offline_access`. If false, Pixie offers OAuth only.
        enabled: bool = true;
        /// Lets applications be registered for response types with which tokens travel through the browser:
        /// `id_token`, `id_token token`, `code id_token`, `code token` and `code id_token token`. RFC 9700 advises against
        /// them; certification of OpenID Connect asks for them.
        implicit_and_hybrid: bool = false;
        /// Lets pages of applications watch from a frame whether the person is still signed in (OpenID Connect
        /// Session Management): `check_session_iframe` and `session_state`.
        session_management: bool = true;
        /// Accepts authorization requests as signed tokens, in the parameter `request`. Applications of the profile
        /// `oidc` need not sign them.
        request_objects: bool = true;
        /// Fetches such tokens from the addresses that an application registered as `request_uris`. Needs
        /// `request_objects`.
        request_uris: bool = true;
    }
}
