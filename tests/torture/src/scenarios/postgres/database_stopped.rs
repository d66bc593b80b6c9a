//! The database is stopped for a while and started again.

use pixie_testing::Outcome;
use pixie_testing::postgres::Cluster;

use super::{Campaign, Ended, Seen, Trial, campaigns, database_away};

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Stops the database: it takes no connections.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    database_away::once(campaign, Cluster::stop, Cluster::start).await
}
