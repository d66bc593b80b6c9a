//! A power cut under load: stricter than `kill -9`, since what was written and not flushed is lost as well.
//!
//! The data folder is on a disk of its own with the file system ext4. Its `abort` stops it at once: nothing that was
//! not flushed reaches the disk any more. The server is killed, the disk unmounted and mounted again, as a machine does
//! that starts after a power cut. Requests in between have no answer.
//!
//! That this finds out who does not flush is tried as well: the flushes of another server are made to do nothing by strace.

use pixie_testing::process::Pixie;
use pixie_testing::{Failure, Outcome};

use super::mounted::Disk;
use super::{Ended, Length, Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::Load;

/// Answers between a start and a cut; the first cut comes as soon as the first answer.
const BETWEEN: [u64; 5] = [1, 60, 217, 3, 131];

/// Makes every flush succeed without doing anything.
const FLUSHES_NOTHING: [&str; 10] = [
    "/usr/bin/env",
    "strace",
    "-D",
    "-f",
    "-o",
    "/dev/null",
    "-e",
    "trace=fdatasync,fsync",
    "-e",
    "inject=fdatasync,fsync:retval=0",
];

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    let ended = cut(trial, &[]).await?;
    if let Ended::Passed(mut seen) = ended {
        let there = std::process::Command::new("strace").arg("-V").output();
        if there.is_ok_and(|output| output.status.success()) {
            let folder = trial.folder.join("lying");
            std::fs::create_dir(&folder)?;
            let lying = Trial {
                folder: &folder,
                length: Length::Short,
                ..trial
            };
            Failure::unless(cut(lying, &FLUSHES_NOTHING).await.is_err(), || {
                "a server whose flushes do nothing was not found out".to_owned()
            })?;
            "a server whose flushes do nothing was found out".clone_into(&mut seen.note);
        }
        return Ok(Ended::Passed(seen));
    }
    Ok(ended)
}

async fn cut(trial: Trial<'_>, wrapper: &[&str]) -> Outcome<Ended> {
    let (image, folder) = (trial.folder.join("image"), trial.folder.join("disk"));
    let mut disk = match Disk::in_file(&image, &folder)? {
        Ok(disk) => disk,
        Err(why) => return Ok(Ended::NotRun(why)),
    };
    let mut pixie = Pixie::new(trial.binary, &folder, CONFIGURATION)?
        .with_log(&trial.folder.join("log"))
        .under(wrapper);
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    let load = Load::on(&nodes, &ledger);
    let mut seen = Seen::default();
    pixie.start().await?;
    for round in trial.rounds(3) {
        let running = load.start(trial.either(4, 12)).await?;
        running.until(BETWEEN[round as usize % BETWEEN.len()]).await?;
        running.cut(|| disk.abort().and_then(|()| pixie.kill()))?;
        disk.unmount();
        disk = Disk::mounted_again(&image, &folder)?;
        pixie.start().await?;
        running.until(20).await?;
        seen.tally = seen.tally.plus(running.stop().await?);
        ledger.verify(&nodes).await?;
        seen.rounds += 1;
        seen.verified += ledger.claims();
        seen.replayed += ledger.replay(&nodes, 6).await?;
    }
    pixie.stop().await?;
    disk.unmount();
    Ok(Ended::Passed(seen))
}
