//! What is known of people and how it is told (OpenID Connect Discovery section 3).

use serde::Serialize;

/// The part of the discovery document about claims and the userinfo endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserInfoMetadata {
    /// Where clients ask.
    pub userinfo_endpoint: String,
    /// How answers are signed for clients that registered for that.
    pub userinfo_signing_alg_values_supported: Vec<&'static str>,
    /// What clients call people.
    pub subject_types_supported: Vec<&'static str>,
    /// The claims that may be told.
    pub claims_supported: Vec<String>,
    /// Where claims come from: `normal`, from here.
    pub claim_types_supported: Vec<&'static str>,
    /// Whether claims can be asked for one by one.
    pub claims_parameter_supported: bool,
}
