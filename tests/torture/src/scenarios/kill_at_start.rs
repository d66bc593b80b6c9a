//! `kill -9` at any moment of a start, the first one with its migrations included: the next start makes it good.

use std::time::Duration;

use pixie_testing::process::Pixie;
use pixie_testing::{Outcome, Stopwatch};
use tokio::time::sleep;

use super::{Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::Load;

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Seen> {
    let mut seen = Seen::default();
    let first = {
        let mut pixie = Pixie::new(trial.binary, &trial.folder.join("measured"), CONFIGURATION)?;
        pixie.start().await?
    };
    let parts = trial.either(8, 40);
    for round in trial.rounds(1) {
        for part in 0..parts {
            let folder = trial.folder.join(format!("new-{round}-{part}"));
            let mut pixie = Pixie::new(trial.binary, &folder, CONFIGURATION)?;
            kill_in(&mut pixie, first * part / parts).await?;
            // A second time in what the first left behind.
            kill_in(&mut pixie, first * (parts - part) / parts / 2).await?;
            pixie.start().await?;
            seen.rounds += 2;
            if part % 4 == 3 {
                seen = used(&mut pixie, seen).await?;
            }
            drop(pixie);
            std::fs::remove_dir_all(&folder)?;
        }
    }
    seen.note = format!("a first start takes {} ms", first.as_millis());
    Ok(seen)
}

/// The server works, and still does after kills in later starts.
async fn used(pixie: &mut Pixie, mut seen: Seen) -> Outcome<Seen> {
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    let running = Load::on(&nodes, &ledger).start(2).await?;
    running.until(30).await?;
    seen.tally = seen.tally.plus(running.stop().await?);
    pixie.kill()?;
    let watch = Stopwatch::start();
    pixie.start().await?;
    let start = watch.elapsed();
    for part in 0..3 {
        pixie.kill()?;
        pixie.spawn()?;
        sleep(start * part / 3).await;
        seen.rounds += 1;
    }
    pixie.kill()?;
    pixie.start().await?;
    ledger.verify(&nodes).await?;
    seen.verified += ledger.claims();
    Ok(seen)
}

async fn kill_in(pixie: &mut Pixie, time: Duration) -> Outcome {
    pixie.spawn()?;
    sleep(time).await;
    pixie.kill()
}
