//! A running `pixie demo`, and the shell that pastes into.

use std::io::{Read as _, Write as _};
use std::process::{Command, ExitStatus, Stdio};

use pixie_testing::process::Process;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_pixie");

/// The last line that a demo prints.
const LAST_LINE: &str = "rm \"$jar\"\n";

/// A demo on free ports. It is stopped at the end of its test, as Ctrl-C does, so that it removes its data.
pub(crate) struct DemoProcess {
    process: Option<Process>,
    /// The text that it printed before it was ready.
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
        let process = Process::start(&mut command).unwrap();
        let mut printed = String::new();
        while !printed.ends_with(LAST_LINE) {
            let line = process.line();
            printed += &line.unwrap_or_else(|failure| panic!("{failure}: {printed}"));
        }
        Self {
            process: Some(process),
            printed,
        }
    }

    /// The origin whose address has this beginning, such as `http://localhost:`.
    pub(crate) fn origin(&self, beginning: &str) -> String {
        let (_, from) = self.printed.split_once(beginning).unwrap();
        format!("{beginning}{}", from.split_once('/').unwrap().0)
    }

    /// Stops it as Ctrl-C does.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.process.take().unwrap().end("INT").unwrap().0
    }
}

impl Drop for DemoProcess {
    fn drop(&mut self) {
        // It fails if the demo has ended by itself.
        drop(self.process.take().map(|process| process.end("INT")));
    }
}

/// The output of a POSIX shell that a script is pasted into; the first command that fails ends it.
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
