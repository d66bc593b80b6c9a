//! Runs checks as stages: prints which one it is in, how long it took, and at the end a list of all.

use crate::outcome::{Outcome, Stopped};
use std::time::{Duration, Instant};

/// The stages of one run.
#[derive(Default)]
pub(crate) struct Stages(Vec<Stage>);

struct Stage {
    name: String,
    end: End,
}

enum End {
    Passed(Duration),
    Failed(Duration, String),
    Skipped(String),
}

impl Stages {
    /// Runs a stage. A failure does not stop the next one: see [`Stages::stop_if_failed`].
    pub(crate) fn run(&mut self, name: &str, stage: impl FnOnce() -> Outcome) {
        println!("\n== stage {}: {name}", self.0.len() + 1);
        let begin = now();
        let outcome = stage();
        let time = now().duration_since(begin);
        let end = match outcome {
            Ok(()) => End::Passed(time),
            Err(stopped) => End::Failed(time, stopped.to_string()),
        };
        let stage = Stage {
            name: name.to_owned(),
            end,
        };
        println!("\n== {}", stage.line());
        self.0.push(stage);
    }

    /// Notes a stage that does not run, with the reason.
    pub(crate) fn skip(&mut self, name: &str, reason: String) {
        let stage = Stage {
            name: name.to_owned(),
            end: End::Skipped(reason),
        };
        println!("\n== {}", stage.line());
        self.0.push(stage);
    }

    /// Stops if a stage has failed, after the list of all.
    ///
    /// # Errors
    /// The failures.
    pub(crate) fn stop_if_failed(&self) -> Outcome {
        let failures: Vec<&str> = self
            .0
            .iter()
            .filter_map(|stage| match &stage.end {
                End::Failed(_, failure) => Some(failure.as_str()),
                _ => None,
            })
            .collect();
        if failures.is_empty() {
            return Ok(());
        }
        self.print();
        Err(Stopped::because(failures.join("; ")))
    }

    /// Ends the run with the list of all stages.
    ///
    /// # Errors
    /// The failures.
    pub(crate) fn end(&self) -> Outcome {
        self.stop_if_failed()?;
        self.print();
        Ok(())
    }

    fn print(&self) {
        println!();
        for stage in &self.0 {
            println!("{}", stage.line());
        }
    }
}

impl Stage {
    fn line(&self) -> String {
        let name = &self.name;
        match &self.end {
            End::Passed(time) => format!("passed   {:>5} s  {name}", time.as_secs()),
            End::Failed(time, _) => format!("failed   {:>5} s  {name}", time.as_secs()),
            End::Skipped(reason) => format!("skipped           {name}: {reason}"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stage's duration is printed for people and decides nothing"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_runs_and_all_failures_are_named() {
        let mut stages = Stages::default();
        stages.run("format", || Err(Stopped::because("format failed")));
        stages.run("clippy", || Ok(()));
        stages.run("docs", || Err(Stopped::because("docs failed")));
        let stopped = stages.end().unwrap_err().to_string();
        assert_eq!(stopped, "format failed; docs failed");
        assert_eq!(stages.0.len(), 3);
    }

    #[test]
    fn a_skipped_stage_is_no_failure() {
        let mut stages = Stages::default();
        stages.skip("browser tests", "--no-browser was given".to_owned());
        assert!(stages.end().is_ok());
        assert_eq!(
            stages.0[0].line(),
            "skipped           browser tests: --no-browser was given"
        );
    }
}
