//! Below the issuer's path.

mod authorize;
mod token;
