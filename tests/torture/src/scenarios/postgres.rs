//! Two nodes on one PostgreSQL database, and what is done to them, to the database and to what lies between.

pub(super) mod connections_cut;
mod database_away;
pub(super) mod database_frozen;
pub(super) mod database_stopped;
pub(super) mod node_killed;
mod nodes;
pub(super) mod pooled;
pub(super) mod replica_promoted;

use std::path::Path;
use std::time::Duration;

use pixie_testing::{Failure, Outcome};

use super::{Ended, Seen, Trial};
use crate::load::Tally;

/// The name of the database in every cluster.
const DATABASE: &str = "pixie";

/// How hard and how often, from new clusters until everything is accounted for.
struct Campaign<'a> {
    /// The program `pixie`.
    binary: &'a Path,
    /// A folder for the nodes, which is not there yet.
    folder: &'a Path,
    /// How often harm is done.
    harms: u32,
    /// Workers that send requests side by side.
    workers: usize,
    /// Acknowledged answers before each harm, and after it.
    operations: u64,
    /// How long the database is away.
    away: Duration,
    /// Families of which spent codes and tokens are presented again at the end.
    replays: usize,
}

/// One campaign in the short form, as many as fit in the long one.
async fn campaigns(
    trial: Trial<'_>,
    campaign: impl AsyncFn(&Campaign<'_>) -> Outcome<Seen>,
) -> Outcome<Ended> {
    if !pixie_testing::postgres::are_installed() {
        return Ok(Ended::NotRun(
            "PostgreSQL and PgBouncer are not installed".to_owned(),
        ));
    }
    let mut all = Seen::default();
    for round in trial.rounds(1) {
        let folder = trial.folder.join(round.to_string());
        let seen = campaign(&Campaign {
            binary: trial.binary,
            folder: &folder,
            harms: trial.either(2, 10),
            workers: trial.either(6, 16),
            operations: trial.either(60, 400),
            away: Duration::from_secs(trial.either(10, 30)),
            replays: trial.either(20, 200),
        })
        .await?;
        all.rounds += seen.rounds;
        all.tally = all.tally.plus(seen.tally);
        all.verified += seen.verified;
        all.replayed += seen.replayed;
    }
    Ok(Ended::Passed(all))
}

/// Nothing was wrong with any node: what it cannot answer it answers 503.
fn every_request_is_answered(tally: &Tally) -> Outcome {
    Failure::unless(tally.lost == 0, || {
        format!("a node gave no answer at all: {tally:?}")
    })
}
