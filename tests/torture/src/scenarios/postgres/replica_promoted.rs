//! The database's machine is gone, and its replica takes its place.

use pixie_testing::Outcome;
use pixie_testing::postgres::Cluster;

use super::nodes::Nodes;
use super::{Campaign, DATABASE, Ended, Seen, Trial, campaigns, every_request_is_answered};

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Kills the primary under load and promotes its replica, which has everything that was committed. The nodes know both
/// and find by themselves the one that takes writes.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    let primary = Cluster::durable();
    primary.create_database(DATABASE);
    let replica = primary.replica();
    let nodes = Nodes::start(campaign, &primary.url_with(&replica, DATABASE), &[]).await?;
    let running = nodes.load(campaign).await?;
    running.until(campaign.operations).await?;
    primary.kill();
    running.until_unavailable(1).await?;
    replica.promote();
    running.until(campaign.operations).await?;
    let seen = nodes.account(running, campaign).await?;
    every_request_is_answered(&seen.tally)?;
    Ok(Seen { rounds: 1, ..seen })
}
