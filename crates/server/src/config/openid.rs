//! `[openid]`: switches of OpenID Connect.

use super::key::section;

section! {
    /// Switches of OpenID Connect.
    Openid = "openid" {
        /// Whether applications may be registered for response types with which tokens travel through the browser:
        /// `id_token`, `id_token token`, `code id_token`, `code token` and `code id_token token`. RFC 9700 advises against
        /// them; certification of OpenID Connect asks for them.
        implicit_and_hybrid: bool = false;
    }
}
