//! Work that no request waits for: sweeping, and which of several nodes does it.

mod clock;
mod lease;
mod sweep;

pub use lease::JobLease;
