//! The database is away for a while and comes back.

use std::path::Path;

use postgres_tests::Cluster;
use tokio::time::sleep;

use super::nodes::Nodes;
use super::{DATABASE, Done, Extent};
use crate::failure::{Failure, Outcome};

/// Stops the database under load and starts it again. Meanwhile every answer is 503 and comes in time; afterwards all goes on
/// without a restart.
///
/// # Errors
/// Something acknowledged is lost or doubled, an answer was neither right nor 503, or none came afterwards.
pub async fn database_stopped(binary: &Path, extent: &Extent) -> Outcome<Done> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let mut nodes = Nodes::start(binary, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(extent).await?;
    running.until(extent.operations).await?;
    cluster.stop();
    // Being away for so long is what is tried here, not a wait for something.
    sleep(extent.away).await;
    running.until_unavailable(1).await?;
    cluster.start();
    running.until(extent.operations).await?;
    let run = nodes.one.is_running()? && nodes.two.is_running()?;
    let done = nodes.account(running, extent).await?;
    Failure::unless(run && done.tally.lost == 0, || {
        format!("a node ended, or gave no answer at all: {:?}", done.tally)
    })?;
    Ok(done)
}
