//! A disk without room: writes are answered 503, reads go on, and with room again writes go on without a restart.

use pixie_testing::process::Pixie;
use pixie_testing::{Failure, Outcome};

use super::mounted::Disk;
use super::{Ended, Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::Load;

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    let folder = trial.folder.join("disk");
    let disk = match Disk::in_memory(&folder, trial.either(24, 64))? {
        Ok(disk) => disk,
        Err(why) => return Ok(Ended::NotRun(why)),
    };
    let mut pixie = Pixie::new(trial.binary, &folder, CONFIGURATION)?.with_log(&trial.folder.join("log"));
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    let load = Load::on(&nodes, &ledger);
    let mut seen = Seen::default();
    pixie.start().await?;
    for _ in trial.rounds(2) {
        let running = load.start(4).await?;
        running.until(100).await?;
        disk.fill()?;
        running.until_unavailable(30).await?;
        // Nothing is acknowledged now, but questions are answered.
        running.until_reads(20).await?;
        disk.make_room()?;
        running.until(50).await?;
        seen.tally = seen.tally.plus(running.stop().await?);
        ledger.verify(&nodes).await?;
        seen.verified += ledger.claims();
        seen.rounds += 1;

        // Full, and then killed: what was acknowledged before is there, whether it starts or says why not.
        disk.fill()?;
        pixie.kill()?;
        if let Some(line) = pixie.started_or_refused().await? {
            names_a_file(&line)?;
        }
        disk.make_room()?;
        pixie.start().await?;
        ledger.verify(&nodes).await?;
    }
    seen.replayed = ledger.replay(&nodes, 20).await?;
    pixie.stop().await?;
    full_from_the_start(&trial, &disk).await?;
    Ok(Ended::Passed(seen))
}

/// A first start without room is refused with a line, and the next one with room makes good what it left.
async fn full_from_the_start(trial: &Trial<'_>, disk: &Disk) -> Outcome {
    let folder = trial.folder.join("disk/second");
    let mut pixie = Pixie::new(trial.binary, &folder, CONFIGURATION)?.with_log(&trial.folder.join("log"));
    disk.fill()?;
    names_a_file(&pixie.refused().await?)?;
    disk.make_room()?;
    pixie.start().await?;
    pixie.stop().await.map(drop)
}

fn names_a_file(line: &str) -> Outcome {
    Failure::unless(line.contains("data/"), || {
        format!("the refusal names no file: {line}")
    })
}
