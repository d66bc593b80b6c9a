//! The short forms of the scenarios that break a running Pixie (`tests/torture`), with the binary of this package.
//!
//! `cargo xtask torture` runs the long ones. What needs a disk of its own lies in `on_a_disk`, and what needs strace in
//! `under_strace`; if the machine does not allow them, they say so, and they fail in CI.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and tells why it did nothing"
)]

use std::path::Path;

use torture::scenarios::{Ended, Length, Scenario, Trial};

/// Runs a scenario in a folder on the disk of the build, since `/tmp` may be memory.
#[track_caller]
fn kept(scenario: Scenario) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let trial = Trial {
        binary: Path::new(env!("CARGO_BIN_EXE_pixie")),
        folder: folder.path(),
        length: Length::Short,
    };
    match runtime.block_on(Box::pin(scenario.run(trial))) {
        Ok(Ended::Passed(_)) => {}
        Ok(Ended::NotRun(why)) => {
            let is_ci = std::env::var("CI").is_ok_and(|value| !["", "0", "false"].contains(&value.as_str()));
            assert!(!is_ci, "nothing may be skipped in CI, and {why}");
            eprintln!("not run: {why}");
        }
        Err(failure) => panic!("{failure}"),
    }
}

mod unprivileged {
    use super::{Scenario, kept};

    #[test]
    fn what_was_answered_survives_kill_9_under_load() {
        kept(Scenario::Kill);
    }

    #[test]
    fn a_start_that_was_killed_is_made_good_by_the_next() {
        kept(Scenario::KillAtStart);
    }

    #[test]
    fn sigterm_under_load_cuts_off_no_answer() {
        kept(Scenario::Stop);
    }

    #[test]
    fn a_second_server_is_refused_and_commands_work_beside_the_first() {
        kept(Scenario::TwoProcesses);
    }

    #[test]
    fn a_file_that_is_damaged_or_foreign_is_named_or_does_no_harm() {
        kept(Scenario::DamagedFiles);
    }
}

mod on_a_disk {
    use super::{Scenario, kept};

    #[test]
    fn without_room_reads_go_on_and_with_room_again_writes_do() {
        kept(Scenario::FullDisk);
    }

    #[test]
    fn read_only_reads_go_on_and_writable_again_writes_do() {
        kept(Scenario::ReadOnlyDisk);
    }

    #[test]
    fn what_was_answered_survives_a_power_cut_under_load() {
        kept(Scenario::PowerLoss);
    }
}

mod under_strace {
    use super::{Scenario, kept};

    #[test]
    fn every_promise_is_sent_after_the_flush() {
        kept(Scenario::FlushOrder);
    }
}
