//! The tests that need PostgreSQL to run.

mod faults;
mod jobs;
mod two_nodes;
