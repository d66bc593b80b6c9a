//! A node is killed in the middle of its work, and another takes over what it had promised.

use std::path::Path;

use postgres_tests::Cluster;

use super::nodes::Nodes;
use super::{DATABASE, Done, Extent};
use crate::failure::{Failure, Outcome};

/// Kills a node by SIGKILL under load, lets the other go on, starts it again, and kills the other one next.
///
/// # Errors
/// Something acknowledged is lost or doubled, or an answer was neither right nor 503.
pub async fn node_killed(binary: &Path, extent: &Extent) -> Outcome<Done> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let mut nodes = Nodes::start(binary, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(extent).await?;
    for round in 0..extent.rounds {
        running.until(extent.operations).await?;
        let node = if round % 2 == 0 {
            &mut nodes.one
        } else {
            &mut nodes.two
        };
        node.kill()?;
        running.until(extent.operations).await?;
        node.start().await?;
    }
    running.until(extent.operations).await?;
    let done = nodes.account(running, extent).await?;
    Failure::unless(done.tally.lost > 0, || {
        format!("no worker met a node that was gone: {:?}", done.tally)
    })?;
    Ok(done)
}
