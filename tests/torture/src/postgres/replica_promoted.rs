//! The database's machine is gone, and its replica takes its place.

use std::path::Path;

use postgres_tests::Cluster;

use super::nodes::Nodes;
use super::{DATABASE, Done, Extent};
use crate::failure::{Failure, Outcome};

/// Kills the primary under load and promotes its replica, which has whatever was committed. The nodes know both and find by
/// themselves the one that takes writes.
///
/// # Errors
/// Something acknowledged is lost or doubled, an answer was neither right nor 503, or none came after the promotion.
pub async fn replica_promoted(binary: &Path, extent: &Extent) -> Outcome<Done> {
    let primary = Cluster::durable();
    primary.create_database(DATABASE);
    let replica = primary.replica();
    let nodes = Nodes::start(binary, &primary.url_with(&replica, DATABASE), &[]).await?;
    let running = nodes.load(extent).await?;
    running.until(extent.operations).await?;
    primary.kill();
    running.until_unavailable(1).await?;
    replica.promote();
    running.until(extent.operations).await?;
    let done = nodes.account(running, extent).await?;
    Failure::unless(done.tally.lost == 0, || {
        format!("a node gave no answer at all: {:?}", done.tally)
    })?;
    Ok(done)
}
