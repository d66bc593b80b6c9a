//! Real PostgreSQL for tests: clusters that are made, stopped, killed, copied and promoted, and a pooler before them.
//!
//! A test that only needs a database takes a [`Database`], of the one cluster that its process starts when the first is
//! asked for. A test that breaks something has a [`Cluster`] of its own. All of it is gone when the process is, however it ends.

mod cluster;
mod database;
mod folder;
mod pooler;
mod programs;
mod replica;

pub use cluster::Cluster;
pub use database::{Database, Template};
pub use pooler::Pooler;
pub use programs::{are_installed, psql as sql_at};
