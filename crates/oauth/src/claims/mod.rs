//! Claims about people: which there are, what they look like, how clients ask for them (OpenID Connect Core section 5).

mod error;
mod form;
mod request;
mod standard;
mod user;

pub use error::ClaimError;
pub use request::{ClaimRequest, ClaimsRequest, ClaimsRequestError};
pub use standard::StandardClaim;
pub use user::UserClaims;
