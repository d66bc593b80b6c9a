//! The database stands still for a while and goes on.

use pixie_testing::Outcome;
use pixie_testing::postgres::Cluster;

use super::{Campaign, Ended, Seen, Trial, campaigns, database_away};

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Lets the database stand still: it takes connections and answers nobody.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    database_away::once(campaign, Cluster::freeze, Cluster::thaw).await
}
