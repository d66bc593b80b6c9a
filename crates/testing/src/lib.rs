//! The code that tests, benchmarks and the torture share. Each concern is a feature, so that nobody compiles what they
//! do not use.

#![cfg_attr(
    any(feature = "browser", feature = "postgres"),
    expect(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test that cannot be prepared fails: this crate is for tests"
    )
)]
#![cfg_attr(
    feature = "browser",
    expect(clippy::expect_used, reason = "a test that cannot be prepared fails")
)]

#[cfg(feature = "browser")]
pub mod browser;
mod failure;
#[cfg(feature = "harness")]
pub mod harness;
#[cfg(any(feature = "postgres", feature = "process"))]
mod ports;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "process")]
pub mod process;
mod stopwatch;
#[cfg(feature = "wire")]
pub mod wire;

pub use failure::{Failure, Outcome};
#[cfg(any(feature = "postgres", feature = "process"))]
pub use ports::unused as unused_port;
pub use stopwatch::Stopwatch;
