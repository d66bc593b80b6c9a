//! A process of the binary `pixie`: what it prints, how it is asked to end, and that it ends with its test.

mod pixie;

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

pub use pixie::{Pixie, refusal};

use crate::stopwatch::Stopwatch;
use crate::{Failure, Outcome};

/// How long a line or an end is waited for, on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(2);

/// A process. It is killed when it goes out of scope.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a command whose standard output is read line by line.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(command: &mut Command) -> Outcome<Self> {
        let mut child = spawn(command.stdout(Stdio::piped()))?;
        let (sender, lines) = channel();
        if let Some(output) = child.stdout.take() {
            // It reads to the end, so that a process that prints more than is asked for never waits for a reader.
            std::thread::spawn(move || read_lines(output, |line| drop(sender.send(line))));
        }
        Ok(Self { child, lines })
    }

    /// Starts a command whose output is appended to a file.
    ///
    /// # Errors
    /// The program cannot be started, or the file cannot be written.
    pub fn logged(command: &mut Command, log: &Path) -> Outcome<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        let child = spawn(command.stdout(log.try_clone()?).stderr(log))?;
        let (_, lines) = channel();
        Ok(Self { child, lines })
    }

    /// The number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line that it prints, with its end.
    ///
    /// # Errors
    /// It printed none in a minute, or has ended.
    pub fn line(&self) -> Outcome<String> {
        let line = self.lines.recv_timeout(PATIENCE);
        line.map_err(|_| Failure::because("the process printed no more lines"))
    }

    /// Waits for a line that holds this text; the lines before it are gone.
    ///
    /// # Errors
    /// There was none.
    pub fn line_with(&self, text: &str) -> Outcome<String> {
        loop {
            let line = self.line();
            let line =
                line.map_err(|_| Failure::because(format!("the process printed no line with {text:?}")))?;
            if line.contains(text) {
                return Ok(line);
            }
        }
    }

    /// How it ended; none while it runs.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends a signal, such as `TERM`.
    ///
    /// # Errors
    /// It has ended.
    pub fn signal(&self, name: &str) -> Outcome {
        let (flag, id) = (format!("-{name}"), self.id().to_string());
        let sent = Command::new("kill").args([flag, id]).status()?;
        Failure::unless(sent.success(), || format!("the signal {name} could not be sent"))
    }

    /// Sends a signal, waits until the process has ended, and gives its status and the rest of what it printed.
    ///
    /// # Errors
    /// It does not end in a minute.
    pub fn end(mut self, signal: &str) -> Outcome<(ExitStatus, String)> {
        self.signal(signal)?;
        let watch = Stopwatch::start();
        let status = loop {
            if let Some(status) = self.ended()? {
                break status;
            }
            Failure::unless(watch.elapsed() < PATIENCE, || {
                format!("the process did not end after the signal {signal}")
            })?;
            std::thread::sleep(LOOK);
        };
        Ok((status, self.lines.iter().collect()))
    }

    /// Kills it without warning, as `kill -9` does, and gives its status.
    ///
    /// # Errors
    /// The system does not do it.
    pub fn kill(mut self) -> Outcome<ExitStatus> {
        self.child.kill()?;
        Ok(self.child.wait()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either fails only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn spawn(command: &mut Command) -> Outcome<Child> {
    let spawned = command.stdin(Stdio::null()).spawn();
    spawned.map_err(|error| {
        let program = command.get_program().display();
        Failure::because(format!("{program} cannot be started: {error}"))
    })
}

fn read_lines(output: impl std::io::Read, mut each: impl FnMut(String)) {
    use std::io::BufRead as _;
    let mut output = std::io::BufReader::new(output);
    let mut line = String::new();
    while output.read_line(&mut line).is_ok_and(|length| length > 0) {
        each(std::mem::take(&mut line));
    }
}
