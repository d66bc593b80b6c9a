//! Stricter than `kill -9`, which loses nothing that was written: every answer that promises something is sent only after
//! the log of the database was written and flushed for it.
//!
//! `strace` records the system calls of the server while one connection does flows, one after another. Between the end of the
//! call that read a request and the begin of the call that sends its answer there must be a write to the log and then a flush
//! that succeeded.

use std::collections::HashMap;

use pixie_testing::process::Pixie;
use pixie_testing::{Failure, Outcome};

use super::{Ended, Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::Load;

const CALLS: &str = "trace=pwrite64,fdatasync,fsync,read,readv,recvfrom,write,writev,sendto";
/// Requests whose answers promise something, as a record shows them. What an authorization request needs to keep is the
/// server's choice.
const PROMISING: [&str; 3] = [
    "\"POST /o/token/",
    "\"POST /o/revoke_token/",
    "\"POST /o/register/",
];

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
    let mut pixie = Pixie::new(trial.binary, trial.folder, CONFIGURATION)?.under(&strace);
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    pixie.start().await?;
    let running = Load::on(&nodes, &ledger).without_races().start(1).await?;
    running.until(trial.either(100, 2000)).await?;
    let tally = running.stop().await?;
    pixie.kill()?;
    let calls = std::fs::read_to_string(&record)?;
    let judged = judge(&calls)?;
    Failure::unless(judged.promises * 2 > tally.acknowledged, || {
        format!(
            "{} answers were seen of {} promises",
            judged.promises, tally.acknowledged
        )
    })?;
    pixie.start().await?;
    ledger.verify(&nodes).await?;
    Ok(Ended::Passed(Seen {
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

/// The content of a record.
#[derive(Debug, Default, PartialEq, Eq)]
struct Judged {
    /// Answers that came after the flush of what they promise.
    promises: u64,
    /// Flushes of the log.
    flushes: u64,
}

/// How far the server is with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Progress<'a> {
    Read,
    Written,
    /// This thread flushes.
    Flushing(&'a str),
    Flushed,
}

/// Goes through a record of `strace -f -y`, in which a call that another thread interrupted is written in two lines.
fn judge(record: &str) -> Outcome<Judged> {
    let mut judged = Judged::default();
    let mut by_file: HashMap<&str, Progress<'_>> = HashMap::new();
    let mut interrupted: HashMap<&str, &str> = HashMap::new();
    for line in record.lines() {
        let (thread, rest) = line.trim_start().split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim_start();
        let (begins, ends) = (!rest.starts_with("<..."), !rest.ends_with("<unfinished ...>"));
        let call = if begins {
            rest
        } else {
            interrupted.remove(thread).unwrap_or_default()
        };
        if !ends {
            interrupted.insert(thread, rest);
        }
        let file = call
            .split_once('(')
            .and_then(|(_, arguments)| arguments.split('>').next());
        let file = file.unwrap_or_default();
        let is = |names: &[&str]| names.iter().any(|name| call.starts_with(&format!("{name}(")));
        let log = file.ends_with("pixie.sqlite3-wal");
        if is(&["read", "readv", "recvfrom"]) && ends && PROMISING.iter().any(|begin| rest.contains(begin)) {
            by_file.insert(file, Progress::Read);
        } else if is(&["pwrite64"]) && log && begins {
            for progress in by_file
                .values_mut()
                .filter(|progress| **progress == Progress::Read)
            {
                *progress = Progress::Written;
            }
        } else if is(&["fdatasync", "fsync"]) && log {
            for progress in by_file.values_mut() {
                if begins && *progress == Progress::Written {
                    *progress = Progress::Flushing(thread);
                }
                if ends && *progress == Progress::Flushing(thread) {
                    let done = rest.ends_with("= 0");
                    *progress = if done {
                        Progress::Flushed
                    } else {
                        Progress::Written
                    };
                }
            }
            judged.flushes += u64::from(ends);
        } else if is(&["write", "writev", "sendto"]) && begins && rest.contains("\"HTTP/1.1 2") {
            match by_file.remove(file) {
                Some(Progress::Flushed) => judged.promises += 1,
                None => {}
                Some(_) => {
                    let sentence = format!("an answer was sent before what it promises was flushed: {line}");
                    return Err(Failure::because(sentence));
                }
            }
        }
    }
    Ok(judged)
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &str =
        r#"8 recvfrom(12<socket:[1]>, "POST /o/token/ HTTP/1.1\r\nHost: l"..., 8192, 0, NULL, NULL) = 400"#;
    const WRITE: &str = r#"7 pwrite64(9</d/pixie.sqlite3-wal>, "x"..., 4096, 32) = 4096"#;
    const FLUSH: &str = "7 fdatasync(9</d/pixie.sqlite3-wal>) = 0";
    const ANSWER: &str =
        r#"8 writev(12<socket:[1]>, [{iov_base="HTTP/1.1 200 OK\r\n"..., iov_len=99}], 1) = 99"#;
    const BEGUN: &str = "7  fdatasync(9</d/pixie.sqlite3-wal> <unfinished ...>";
    const ENDED: &str = "7  <... fdatasync resumed>)            = 0";
    const FAILED: &str = "7  <... fdatasync resumed>)            = -1 EIO (Input/output error)";

    fn judged(lines: &[&str]) -> Outcome<u64> {
        judge(&lines.join("\n")).map(|judged| judged.promises)
    }

    #[test]
    fn an_answer_after_the_flush_is_right_and_one_before_it_is_not() {
        assert_eq!(judged(&[READ, WRITE, FLUSH, ANSWER]), Ok(1));
        assert!(judged(&[READ, WRITE, ANSWER, FLUSH]).is_err());
        assert!(judged(&[READ, ANSWER, WRITE, FLUSH]).is_err());
        assert!(judged(&[WRITE, READ, FLUSH, ANSWER]).is_err());
    }

    #[test]
    fn a_flush_that_was_interrupted_counts_when_it_ended_and_one_that_failed_never() {
        assert_eq!(judged(&[READ, WRITE, BEGUN, ENDED, ANSWER]), Ok(1));
        assert!(judged(&[READ, WRITE, BEGUN, ANSWER, ENDED]).is_err());
        assert!(judged(&[READ, WRITE, BEGUN, FAILED, ANSWER]).is_err());
    }

    #[test]
    fn a_flush_of_another_file_counts_for_nothing() {
        let other = "7 fdatasync(9</d/pixie.sqlite3>) = 0";
        assert!(judged(&[READ, WRITE, other, ANSWER]).is_err());
    }
}
