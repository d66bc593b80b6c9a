//! Claims about users: their names, their forms, and how clients request them (OpenID Connect Core section 5).

mod error;
mod form;
mod request;
mod standard;
mod user;

pub use error::ClaimError;
pub use request::{ClaimRequest, ClaimsRequest, ClaimsRequestError};
pub use standard::StandardClaim;
pub use user::UserClaims;
