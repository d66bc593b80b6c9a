//! A node is killed in the middle of its work, and another takes over what it had promised.

use pixie_testing::postgres::Cluster;
use pixie_testing::{Failure, Outcome};

use super::nodes::Nodes;
use super::{Campaign, DATABASE, Ended, Seen, Trial, campaigns};

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Kills a node by SIGKILL under load, lets the other go on, starts it again, and kills the other one next.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let mut nodes = Nodes::start(campaign, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(campaign).await?;
    for round in 0..campaign.harms {
        running.until(campaign.operations).await?;
        let node = if round % 2 == 0 {
            &mut nodes.one
        } else {
            &mut nodes.two
        };
        node.kill()?;
        running.until(campaign.operations).await?;
        node.start().await?;
    }
    running.until(campaign.operations).await?;
    let seen = nodes.account(running, campaign).await?;
    Failure::unless(seen.tally.lost > 0, || {
        format!("no worker met a node that was gone: {:?}", seen.tally)
    })?;
    Ok(Seen {
        rounds: campaign.harms,
        ..seen
    })
}
