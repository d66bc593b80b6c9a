//! People: their accounts, how they sign in, their sessions, and what they allowed.

mod account;
pub(crate) mod authentication;
mod chosen_password;
mod claims;
mod consent;
mod hashing;
mod limits;
mod sign_up;

pub use account::{PasswordHash, User, Username, UsernameError};
pub use authentication::password::{Session, SignIn, SignInRefusal, SignedIn};
pub use chosen_password::PasswordError;
pub use consent::Authorized;
pub use hashing::{HashingError, HashingSettings};
pub use limits::ThrottleSettings;
pub use sign_up::{NewUser, UserRefusal};

pub(crate) use hashing::{Hashing, Turn};
pub(crate) use limits::{Attempt, Throttle};
