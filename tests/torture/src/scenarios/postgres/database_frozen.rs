//! The database stands still for a while and goes on.

use postgres_tests::Cluster;
use tokio::time::sleep;

use super::nodes::Nodes;
use super::{Campaign, DATABASE, Ended, Seen, Trial, campaigns, every_request_is_answered};
use crate::failure::Outcome;

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Lets the database stand still under load: it takes connections and answers nobody. Meanwhile every answer is 503 and comes in
/// time; afterwards all goes on without a restart.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let nodes = Nodes::start(campaign, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(campaign).await?;
    running.until(campaign.operations).await?;
    cluster.freeze();
    // Standing still for so long is what is tried here, not a wait for something.
    sleep(campaign.away).await;
    running.until_unavailable(1).await?;
    cluster.thaw();
    running.until(campaign.operations).await?;
    let seen = nodes.account(running, campaign).await?;
    every_request_is_answered(&seen.tally)?;
    Ok(Seen { rounds: 1, ..seen })
}
