//! What needs PostgreSQL to run.

mod faults;
mod two_nodes;
