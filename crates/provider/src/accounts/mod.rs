//! Accounts: people, their passwords, how they sign in.

mod user;

pub use user::{PasswordHash, User, Username, UsernameError};
