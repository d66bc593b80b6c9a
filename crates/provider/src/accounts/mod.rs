//! Accounts: people, their passwords, how they sign in.

mod claims;
mod hashing;
mod password;
mod registration;
mod sign_in;
mod throttle;
mod user;

pub use hashing::{HashingError, HashingSettings};
pub use password::PasswordError;
pub use registration::{NewUser, UserRefusal};
pub use sign_in::{Session, SignIn, SignInRefusal, SignedIn};
pub use throttle::ThrottleSettings;
pub use user::{PasswordHash, User, Username, UsernameError};

pub(crate) use hashing::{Hashing, Turn};
pub(crate) use throttle::{Attempt, Throttle};
