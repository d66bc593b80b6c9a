//! Connections to the database are cut again and again.

use pixie_testing::postgres::Cluster;
use pixie_testing::{Failure, Outcome};

use super::nodes::Nodes;
use super::{Campaign, DATABASE, Ended, Seen, Trial, campaigns, every_request_is_answered};

/// Cuts more often than other scenarios do their harm, since this is done in an instant.
const CUTS: u32 = 8;

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Cuts every connection to the database under load, in the middle of any use.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let nodes = Nodes::start(campaign, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(campaign).await?;
    running.until(campaign.operations).await?;
    let (cuts, mut cut) = (campaign.harms * CUTS, 0);
    for _ in 0..cuts {
        cut += cluster.cut_connections(DATABASE);
        running.until(campaign.operations / u64::from(CUTS)).await?;
    }
    let seen = nodes.account(running, campaign).await?;
    every_request_is_answered(&seen.tally)?;
    Failure::unless(cut > 0, || "no node was connected to the database".to_owned())?;
    Ok(Seen {
        rounds: cuts,
        note: format!("{cut} connections were cut"),
        ..seen
    })
}
