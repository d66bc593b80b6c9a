//! A disk that cannot be written any more: writes are answered 503, reads go on; if it can be written again, writes go on
//! without a restart.

use std::path::PathBuf;

use pixie_testing::process::Pixie;
use pixie_testing::{Failure, Outcome};

use super::mounted::{Disk, forbid_writing};
use super::{Ended, Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::{Load, Running};

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    let (image, folder) = (trial.folder.join("image"), trial.folder.join("disk"));
    let mut disk = match Disk::in_file(&image, &folder)? {
        Ok(disk) => disk,
        Err(why) => return Ok(Ended::NotRun(why)),
    };
    let mut pixie = Pixie::new(trial.binary, &folder, CONFIGURATION)?.with_log(&trial.folder.join("log"));
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    let load = Load::on(&nodes, &ledger);
    let mut seen = Seen::default();
    pixie.start().await?;
    for _ in trial.rounds(1) {
        let running = load.start(4).await?;
        running.until(50).await?;
        // Not the index of the log, which is memory that processes share: it is no part of what is stored.
        let files: Vec<PathBuf> = ["", "-wal"]
            .iter()
            .map(|end| pixie.data().join(format!("pixie.sqlite3{end}")))
            .collect();
        forbid_writing(&files, true)?;
        let refused = only_reads(&running).await;
        forbid_writing(&files, false)?;
        refused?;
        running.until(50).await?;
        seen.tally = seen.tally.plus(running.stop().await?);

        // The kernel's own way: from here on the whole disk is read-only, until the machine mounts it again. Nothing is under
        // way then: a flush that is may report success for what is not on the disk, and a server that goes on believes that.
        disk.abort()?;
        let running = load.start(4).await?;
        only_reads(&running).await?;
        seen.tally = seen.tally.plus(running.stop().await?);
        pixie.kill()?;
        disk.unmount();
        disk = Disk::mounted_again(&image, &folder)?;
        disk.remount("ro")?;
        let line = pixie.refused().await?;
        Failure::unless(line.contains("data"), || {
            format!("the refusal names no file: {line}")
        })?;
        disk.remount("rw")?;
        pixie.start().await?;
        ledger.verify(&nodes).await?;
        seen.verified += ledger.claims();
        seen.rounds += 2;
    }
    seen.replayed = ledger.replay(&nodes, 20).await?;
    pixie.stop().await?;
    disk.unmount();
    Ok(Ended::Passed(seen))
}

/// Nothing is acknowledged, and questions are answered.
async fn only_reads(running: &Running) -> Outcome {
    running.until_unavailable(30).await?;
    let before = running.tally().acknowledged;
    running.until_reads(20).await?;
    running.until_unavailable(10).await?;
    let since = running.tally().acknowledged - before;
    Failure::unless(since == 0, || {
        format!("{since} writes were acknowledged by a disk that took none")
    })
}
