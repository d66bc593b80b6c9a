//! Sign-in metadata in the discovery document (OpenID Connect Discovery section 3, Initiating User Registration section 4).

use serde::Serialize;

use crate::Acr;

/// Id tokens, and what a request may say of the sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignInMetadata {
    /// Signature algorithms of ID tokens.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// The context classes that sign-ins reach.
    pub acr_values_supported: Vec<Acr>,
    /// Values of `prompt` that do something.
    pub prompt_values_supported: Vec<&'static str>,
    /// Values of `display` that do something: a page is a page, and small enough for a window of its own.
    pub display_values_supported: Vec<&'static str>,
    /// Languages of the pages.
    pub ui_locales_supported: Vec<&'static str>,
}
