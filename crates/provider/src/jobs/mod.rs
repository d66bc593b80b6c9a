//! Work that no request waits for, and which of several processes does it.

mod clock;
pub(crate) mod count;
mod deliver;
pub(crate) mod lease;
pub(crate) mod mails;
mod rotate;
pub(crate) mod runner;
pub(crate) mod sweep;

pub use lease::JobLease;
pub use mails::SentMails;
