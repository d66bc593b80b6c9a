//! `kill -9` in a loop under load: after each start, all is as it was answered.

use pixie_testing::Outcome;
use pixie_testing::process::Pixie;

use super::{Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::Load;

/// Answers between a start and a kill; odd, so that the kills fall anywhere.
const BETWEEN: [u64; 5] = [37, 211, 5, 89, 151];

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Seen> {
    let mut pixie = Pixie::new(trial.binary, trial.folder, CONFIGURATION)?;
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    let load = Load::on(&nodes, &ledger);
    let workers = trial.either(4, 12);
    let mut seen = Seen::default();
    pixie.start().await?;
    for round in trial.rounds(4) {
        let running = load.start(workers).await?;
        running.until(BETWEEN[round as usize % BETWEEN.len()]).await?;
        pixie.kill()?;
        // The workers find nobody for a moment, and go on as soon as somebody is there.
        pixie.start().await?;
        running.until(20).await?;
        pixie.kill()?;
        seen.tally = seen.tally.plus(running.stop().await?);
        pixie.start().await?;
        ledger.verify(&nodes).await?;
        seen.rounds += 2;
        seen.verified += ledger.claims();
        seen.replayed += ledger.replay(&nodes, 6).await?;
    }
    ledger.verify(&nodes).await?;
    pixie.stop().await?;
    Ok(seen)
}
