//! What the authorization server decides, in which order, and what it asks of the outside.

mod accounts;
mod client;
mod clock;
mod ids;
mod randomness;
pub mod store;

pub use accounts::{PasswordHash, User, Username, UsernameError};
pub use client::{Client, SecretHash};
pub use clock::{Clock, FakeClock, SystemClock, Timestamp};
pub use ids::{ClientKey, GrantId, SessionId, UserId};
pub use randomness::{CountedRandomness, NoRandomness, Randomness, SystemRandomness};
