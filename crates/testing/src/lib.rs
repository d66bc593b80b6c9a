//! What tests, benchmarks and the torture share. Each concern is a feature, so that nobody compiles what they do not use.

#![cfg_attr(
    feature = "postgres",
    expect(
        clippy::unwrap_used,
        clippy::panic,
        clippy::missing_panics_doc,
        reason = "a test whose database cannot be made fails: this crate is for tests"
    )
)]

#[cfg(feature = "postgres")]
pub mod postgres;
