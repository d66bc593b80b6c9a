//! What needs PostgreSQL to run.

mod faults;
mod jobs;
mod two_nodes;
