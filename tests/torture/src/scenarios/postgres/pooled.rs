//! A pooler gives each transaction another connection.

use pixie_testing::postgres::{Cluster, Pooler};
use pixie_testing::{Failure, Outcome};

use super::nodes::Nodes;
use super::{Campaign, DATABASE, Ended, Seen, Trial, campaigns};

/// Fewer than the nodes open to the pooler, so that transactions of many share each of them.
const CONNECTIONS: usize = 3;

pub(in super::super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    campaigns(trial, once).await
}

/// Lets the load go through PgBouncer in transaction mode.
async fn once(campaign: &Campaign<'_>) -> Outcome<Seen> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let pooler = Pooler::before(&cluster, CONNECTIONS);
    let environment = [("PIXIE_DATABASE_POOLER", "true")];
    let nodes = Nodes::start(campaign, &pooler.url(DATABASE), &environment).await?;
    let running = nodes.load(campaign).await?;
    running.until(campaign.operations * 4).await?;
    let seen = nodes.account(running, campaign).await?;
    Failure::unless(seen.tally.unavailable == 0 && seen.tally.lost == 0, || {
        format!("requests were turned away with nothing wrong: {:?}", seen.tally)
    })?;
    Ok(seen)
}
