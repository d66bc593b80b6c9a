//! The database answers nobody for a while, and then does again: what standing still and being stopped have in common.

use pixie_testing::Outcome;
use pixie_testing::postgres::Cluster;
use tokio::time::sleep;

use super::nodes::Nodes;
use super::{Campaign, DATABASE, Seen, every_request_is_answered};

/// Takes the database away under load and gives it back. Meanwhile every answer is 503 and comes in time; afterwards all goes
/// on without a restart.
pub(super) async fn once(
    campaign: &Campaign<'_>,
    take_away: fn(&Cluster),
    give_back: fn(&Cluster),
) -> Outcome<Seen> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let nodes = Nodes::start(campaign, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(campaign).await?;
    running.until(campaign.operations).await?;
    take_away(&cluster);
    // Being away for so long is what is tried here, not a wait for something.
    sleep(campaign.away).await;
    running.until_unavailable(1).await?;
    give_back(&cluster);
    running.until(campaign.operations).await?;
    let seen = nodes.account(running, campaign).await?;
    every_request_is_answered(&seen.tally)?;
    Ok(Seen { rounds: 1, ..seen })
}
