//! Relying-party libraries of other languages, as applications use them, against the `pixie` binary.
//!
//! What the registries bring lies in `from_npm` and `from_pypi`, so that a machine without Node.js or Python can leave
//! them out: `cargo xtask test --no-libraries`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it did"
)]

mod from_npm;
mod from_pypi;
mod script;
mod server;
