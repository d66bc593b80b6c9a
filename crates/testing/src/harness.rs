//! A server in the process on a fake clock, and the requests that tests send to it.

mod answer;
mod backend;
mod browser;
mod client;
mod database;
mod dora;
mod parallel;
mod requests;
mod server;
pub mod signing;

pub use answer::Answer;
pub use backend::{on_postgres, on_sqlite};
pub use browser::Browser;
pub use client::{Client, Tokens, authorization, basic, challenge, encode};
pub use dora::claims_of_dora;
pub use parallel::in_parallel;
pub use pixie_testing_macros::on_both_stores;
pub use server::Server;

/// A verifier of legal length and its challenge.
pub const VERIFIER: &str = "a-verifier-of-legal-length-that-everybody-may-read-0123456789";
/// The walkthrough's challenge, which belongs to `12345`.
pub const FAMOUS: &str = "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U";
/// Everybody's password here.
pub const PASSWORD: &str = "correct horse battery";
