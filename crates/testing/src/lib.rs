//! What tests, benchmarks and the torture share. Each concern is a feature, so that nobody compiles what they do not use.

#![cfg_attr(
    feature = "postgres",
    expect(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test that cannot be prepared fails: this crate is for tests"
    )
)]

mod failure;
#[cfg(feature = "harness")]
pub mod harness;
#[cfg(feature = "postgres")]
pub mod postgres;

pub use failure::{Failure, Outcome};
