//! Connections to the database are cut again and again.

use std::path::Path;

use postgres_tests::Cluster;

use super::nodes::Nodes;
use super::{DATABASE, Done, Extent};
use crate::failure::{Failure, Outcome};

/// Cuts more often than other scenarios do their harm, since this is done in an instant.
const CUTS_A_ROUND: u64 = 8;

/// Cuts every connection to the database under load, in the middle of whatever it was used for.
///
/// # Errors
/// Something acknowledged is lost or doubled, or an answer was neither right nor 503.
pub async fn connections_cut(binary: &Path, extent: &Extent) -> Outcome<Done> {
    let cluster = Cluster::durable();
    cluster.create_database(DATABASE);
    let nodes = Nodes::start(binary, &cluster.url(DATABASE), &[]).await?;
    let running = nodes.load(extent).await?;
    running.until(extent.operations).await?;
    let mut cut = 0;
    for _ in 0..extent.rounds * CUTS_A_ROUND {
        cut += cluster.cut_connections(DATABASE);
        running.until(extent.operations / CUTS_A_ROUND).await?;
    }
    let done = nodes.account(running, extent).await?;
    Failure::unless(cut > 0 && done.tally.lost == 0, || {
        format!(
            "{cut} connections were cut, and a node gave no answer at all: {:?}",
            done.tally
        )
    })?;
    Ok(done)
}
