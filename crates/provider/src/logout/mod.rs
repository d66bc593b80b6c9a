//! Signing out, and telling the applications (OpenID Connect RP-Initiated Logout, Back-Channel Logout, Front-Channel
//! Logout and Session Management, all 1.0).

pub(crate) mod back_channel;
pub(crate) mod decision;
pub(crate) mod ending;
pub(crate) mod front_channel;
pub(crate) mod metadata;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod session_state;

pub use back_channel::Delivered;
pub use decision::{AskReason, LogoutPlan, LogoutRedirect};
pub use ending::{EndedApplication, EndedSession};
pub use front_channel::FrontChannelFrame;
pub use refusal::LogoutRefusal;
pub use request::PostLogoutRedirect;
