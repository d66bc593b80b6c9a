//! People: their accounts, how they sign in, their sessions, and what they allowed.

pub(crate) mod account;
pub(crate) mod authentication;
pub(crate) mod chosen_password;
pub(crate) mod claims;
pub(crate) mod consent;
pub(crate) mod hashing;
pub(crate) mod limits;
pub(crate) mod sign_up;

pub use account::{PasswordHash, User, Username, UsernameError};
pub use authentication::password::{Session, SignIn, SignInRefusal, SignedIn};
pub use chosen_password::PasswordError;
pub use consent::Authorized;
pub use hashing::{HashingError, HashingSettings};
pub use limits::ThrottleSettings;
pub use sign_up::{NewUser, UserRefusal};

pub(crate) use hashing::{Hashing, Turn};
pub(crate) use limits::{Attempt, Throttle};
