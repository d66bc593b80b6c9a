//! A pooler gives each transaction another connection.

use std::path::Path;

use postgres_tests::{Cluster, Pooler};

use super::nodes::Nodes;
use super::{DATABASE, Done, Extent};
use crate::failure::{Failure, Outcome};

/// Fewer than the nodes open to the pooler, so that transactions of many share each of them.
const CONNECTIONS: usize = 3;

/// Lets the load go through PgBouncer in transaction mode.
///
/// # Errors
/// Something acknowledged is lost or doubled, or any request was turned away.
pub async fn pooled(binary: &Path, extent: &Extent) -> Outcome<Done> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let pooler = Pooler::before(&cluster, CONNECTIONS);
    let environment = [("PIXIE_DATABASE_POOLER", "true")];
    let nodes = Nodes::start(binary, &pooler.url(DATABASE), &environment).await?;
    let running = nodes.load(extent).await?;
    running.until(extent.operations * (extent.rounds + 2)).await?;
    let done = nodes.account(running, extent).await?;
    Failure::unless(done.tally.unavailable == 0 && done.tally.lost == 0, || {
        format!("requests were turned away with nothing wrong: {:?}", done.tally)
    })?;
    Ok(done)
}
