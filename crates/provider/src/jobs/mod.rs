//! Work that no request waits for: sweeping, and which of several nodes does it.

pub(crate) mod clock;
pub(crate) mod lease;
pub(crate) mod sweep;

pub use lease::JobLease;
