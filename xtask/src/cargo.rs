//! Runs cargo and other programs as visible steps.

use crate::outcome::{Outcome, Stopped};
use crate::workspace;
use std::env;
use std::process::Command;

/// The cargo that runs this program, in the workspace's folder.
pub(crate) fn cargo() -> Command {
    program(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
}

/// A program in the workspace's folder.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(workspace::root());
    command
}

/// Prints the command as a person would type it, runs it, and stops unless it succeeds.
pub(crate) fn step(command: &mut Command) -> Outcome {
    let line = as_typed(command);
    println!("\n==> {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stopped::because(format!("`{line}` failed ({status})"))),
        Err(error) => Err(Stopped::because(format!(
            "`{line}` could not be started: {error}"
        ))),
    }
}

/// Returns `true` if the program can be started and succeeds. Its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn as_typed(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    command
        .get_args()
        .fold(name, |line, argument| line + " " + &argument.to_string_lossy())
}
