//! The database is away for a while and comes back.

use postgres_tests::Cluster;
use tokio::time::sleep;

use super::nodes::Nodes;
use super::{Campaign, DATABASE, Ended, Seen, Trial, campaigns, every_request_is_answered};
use crate::failure::Outcome;

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Stops the database under load and starts it again. Meanwhile every answer is 503 and comes in time; afterwards all goes on
/// without a restart.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let nodes = Nodes::start(campaign, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(campaign).await?;
    running.until(campaign.operations).await?;
    cluster.stop();
    // Being away for so long is what is tried here, not a wait for something.
    sleep(campaign.away).await;
    running.until_unavailable(1).await?;
    cluster.start();
    running.until(campaign.operations).await?;
    let seen = nodes.account(running, campaign).await?;
    every_request_is_answered(&seen.tally)?;
    Ok(Seen { rounds: 1, ..seen })
}
