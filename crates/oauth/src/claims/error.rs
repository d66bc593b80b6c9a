//! Errors in claims about users. They name the claim and never show its value, which is personal.

use thiserror::Error;

/// The reasons why claims about a user are refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// Not a JSON object.
    #[error("claims are a JSON object, a value for each name")]
    Form,
    /// More than 16 KiB of JSON.
    #[error("the claims have more than 16 KiB")]
    TooLong,
    /// More than 100 claims.
    #[error("there are more than 100 claims")]
    TooMany,
    /// A name that cannot be used.
    #[error(
        "{0:?} is no name for a claim: use 1 to 200 visible ASCII characters, and # only before a language tag"
    )]
    Name(String),
    /// A claim that the server itself sets in tokens.
    #[error("the claim {0} is set by the server; choose another name")]
    Reserved(String),
    /// A value of the wrong form.
    #[error("the claim {claim} must be {must}")]
    Value {
        /// The name of the claim.
        claim: String,
        /// The form that the value must have.
        must: &'static str,
    },
}
