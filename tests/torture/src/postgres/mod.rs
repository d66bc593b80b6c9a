//! Two nodes on one PostgreSQL database, and what is done to them, to the database and to what lies between.

mod connections_cut;
mod database_stopped;
mod node_killed;
mod nodes;
mod pooled;
mod replica_promoted;

use std::time::Duration;

pub use connections_cut::connections_cut;
pub use database_stopped::database_stopped;
pub use node_killed::node_killed;
pub use pooled::pooled;
pub use replica_promoted::replica_promoted;

use crate::load::Tally;

/// The name of the database in every cluster.
const DATABASE: &str = "pixie";

/// How hard and how often.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// How often harm is done in one scenario.
    pub rounds: u64,
    /// Workers that send requests side by side.
    pub workers: usize,
    /// Acknowledged answers before each harm, and after it.
    pub operations: u64,
    /// How long the database is away.
    pub away: Duration,
    /// Families of which spent codes and tokens are presented again at the end.
    pub replays: usize,
}

impl Extent {
    /// For the test run.
    #[must_use]
    pub fn short() -> Self {
        Self {
            rounds: 2,
            workers: 6,
            operations: 60,
            away: Duration::from_secs(10),
            replays: 20,
        }
    }

    /// For `cargo xtask torture`.
    #[must_use]
    pub fn long() -> Self {
        Self {
            rounds: 10,
            workers: 16,
            operations: 400,
            away: Duration::from_secs(30),
            replays: 200,
        }
    }
}

/// What a scenario did, for the person who started it.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// What came of the load.
    pub tally: Tally,
    /// What was asked of every node afterwards, and was so.
    pub claims: usize,
}
