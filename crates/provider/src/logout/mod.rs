//! Signing out, and telling the applications (OpenID Connect RP-Initiated Logout, Back-Channel Logout, Front-Channel
//! Logout and Session Management, all 1.0).

mod back_channel;
mod decision;
mod ending;
mod front_channel;
mod metadata;
mod refusal;
mod request;
mod session_state;

pub use back_channel::Delivered;
pub(crate) use back_channel::LogoutSignal;
pub use decision::{AskReason, Departure, EndSession};
pub use ending::{EndedApplication, EndedSession};
pub use front_channel::FrontChannelFrame;
pub use refusal::LogoutRefusal;
pub use request::PostLogoutRedirect;
