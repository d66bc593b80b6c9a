//! A running `pixie demo`, and the shell that pastes into.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_pixie");

/// The last line that a demo prints.
const LAST_LINE: &str = "rm \"$jar\"\n";

/// A demo on free ports. It is stopped at the end of its test.
pub(crate) struct DemoProcess {
    process: Child,
    /// What it printed.
    pub(crate) printed: String,
}

impl DemoProcess {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(flags: &[&str]) -> Self {
        let mut command = Command::new(BINARY);
        command
            .args(["demo", "--port", "0", "--app-port", "0"])
            .args(flags);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.ends_with(LAST_LINE) {
            assert_ne!(
                lines.read_line(&mut printed).unwrap(),
                0,
                "the demo ended: {printed}"
            );
        }
        Self { process, printed }
    }

    /// The origin whose address has this beginning, such as `http://localhost:`.
    pub(crate) fn origin(&self, beginning: &str) -> String {
        let (_, from) = self.printed.split_once(beginning).unwrap();
        format!("{beginning}{}", from.split_once('/').unwrap().0)
    }

    /// Stops it as Ctrl-C does.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        self.process.wait().unwrap()
    }
}

impl Drop for DemoProcess {
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        if matches!(self.process.try_wait(), Ok(None)) {
            drop(Command::new("kill").args(["-INT", &id]).status());
            drop(self.process.wait());
        }
    }
}

/// What a POSIX shell prints that a script is pasted into; the first command that fails ends it.
pub(crate) fn run_in_shell(script: &str, variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-e", "-s"])
        .current_dir(&folder)
        .envs(variables.iter().copied());
    let mut shell = shell
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let mut printed = String::new();
    shell.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(shell.wait().unwrap().success(), "{script}\n{printed}");
    printed
}
