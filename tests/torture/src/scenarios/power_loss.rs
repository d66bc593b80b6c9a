//! Stricter than `kill -9`, which loses nothing that was written: whatever promises something is sent only after the log of
//! the database was flushed, and nothing was written to the log since.
//!
//! `strace` records the system calls of the server while one connection does flows. An answer counts as a promise where the
//! request writes; the order in the record is the order in which the calls began and ended.

use super::{Ended, Seen, Trial};
use crate::failure::{Failure, Outcome};
use crate::ledger::Ledger;
use crate::load::Load;
use crate::pixie::Pixie;

const CALLS: &str = "trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg";

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Ended> {
    let there = std::process::Command::new("strace").arg("-V").output();
    if !there.is_ok_and(|output| output.status.success()) {
        return Ok(Ended::NotRun("strace is not there".to_owned()));
    }
    let record = trial.folder.join("record");
    let record_name = record.to_string_lossy().into_owned();
    let strace = [
        "/usr/bin/env",
        "strace",
        "-D",
        "-f",
        "-y",
        "-s",
        "24",
        "-e",
        CALLS,
        "-o",
        &record_name,
    ];
    let mut pixie = Pixie::new(trial.binary, trial.folder)?.under(&strace);
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    pixie.start().await?;
    let running = Load::on(&nodes, &ledger).start(1).await?;
    running.until(trial.either(100, 2000)).await?;
    let tally = running.stop().await?;
    pixie.kill()?;
    let calls = std::fs::read_to_string(&record)?;
    let judged = judge(&calls)?;
    Failure::unless(judged.promises >= tally.acknowledged, || {
        format!(
            "{} answers were seen of {} promises",
            judged.promises, tally.acknowledged
        )
    })?;
    Failure::unless(judged.flushes > 0, || "no flush of the log was seen".to_owned())?;
    pixie.start().await?;
    ledger.verify(&nodes).await?;
    Ok(Ended::Kept(Seen {
        rounds: 1,
        tally,
        verified: ledger.claims(),
        replayed: ledger.replay(&nodes, 10).await?,
        note: format!(
            "{} answers looked at, {} flushes of the log, each answer after the flush",
            judged.promises, judged.flushes
        ),
    }))
}

/// What a record shows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Judged {
    /// Answers sent while all that was written to the log was flushed.
    promises: u64,
    /// Flushes of the log.
    flushes: u64,
}

/// Goes through a record of `strace -f -y`.
fn judge(record: &str) -> Outcome<Judged> {
    let mut judged = Judged::default();
    let mut unflushed = false;
    // A call that another thread interrupted is written in two lines; its second one has no file.
    let mut flushing: Vec<&str> = Vec::new();
    for line in record.lines() {
        let thread = line.split_whitespace().next().unwrap_or_default();
        let on_log = line.contains("pixie.sqlite3-wal>");
        let flush = line.contains(" fdatasync(") || line.contains(" fsync(");
        if line.contains(" pwrite64(") && on_log {
            unflushed = true;
        } else if flush && on_log && line.contains("unfinished") {
            flushing.push(thread);
        } else if (flush && on_log && line.ends_with("= 0"))
            || (line.contains("sync resumed>") && line.ends_with("= 0") && flushing.contains(&thread))
        {
            flushing.retain(|other| *other != thread);
            unflushed = false;
            judged.flushes += 1;
        } else if line.contains("\"HTTP/1.1 ") && !line.contains(" 503") {
            Failure::unless(!unflushed, || {
                format!("an answer was sent before what it promises was flushed: {line}")
            })?;
            judged.promises += 1;
        }
    }
    Ok(judged)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: &str = r#"7 pwrite64(9</d/pixie.sqlite3-wal>, "x"..., 4096, 32) = 4096"#;
    const FLUSH: &str = "7 fdatasync(9</d/pixie.sqlite3-wal>) = 0";
    const ANSWER: &str = r#"8 sendto(12<socket:[1]>, "HTTP/1.1 200 OK"..., 99, 0, NULL, 0) = 99"#;

    #[test]
    fn an_answer_after_the_flush_is_right_and_one_before_it_is_not() {
        let seen = judge(&[WRITE, FLUSH, ANSWER].join("\n"));
        assert_eq!(
            seen,
            Ok(Judged {
                promises: 1,
                flushes: 1
            })
        );
        assert!(judge(&[WRITE, ANSWER, FLUSH].join("\n")).is_err());
        assert!(judge(&[WRITE, FLUSH, WRITE, ANSWER].join("\n")).is_err());
    }

    #[test]
    fn a_flush_that_was_interrupted_counts_when_it_ended_and_one_that_failed_never() {
        let begun = "7 fdatasync(9</d/pixie.sqlite3-wal> <unfinished ...>";
        let ended = "7 <... fdatasync resumed>) = 0";
        let failed = "7 <... fdatasync resumed>) = -1 EIO (Input/output error)";
        assert!(judge(&[WRITE, begun, ended, ANSWER].join("\n")).is_ok());
        assert!(judge(&[WRITE, begun, ANSWER, ended].join("\n")).is_err());
        assert!(judge(&[WRITE, begun, failed, ANSWER].join("\n")).is_err());
    }
}
