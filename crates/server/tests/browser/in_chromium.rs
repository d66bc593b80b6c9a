//! The tests that need Chromium, a file for each thing that a person comes for.

mod applications;
mod consent;
mod from_npm;
mod harness;
mod login;
mod logout;
mod passkeys;
mod pictures;
mod upstream;
mod walkthrough;
