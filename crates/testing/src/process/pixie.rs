//! One node: the binary with a folder, a port and a configuration of its own; started, stopped and killed.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::Process;
use crate::ports;
use crate::stopwatch::Stopwatch;
use crate::wire::{Connection, Request};
use crate::{Failure, Outcome};

/// How long a start may take on a machine that is busy with something else.
const START: Duration = Duration::from_secs(20);
/// How long a start that cannot succeed may take.
const REFUSAL: Duration = Duration::from_secs(10);
/// How long the end may take after SIGTERM.
const END: Duration = Duration::from_secs(15);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(5);

/// A node that can be started any number of times. What still runs is killed with it.
#[derive(Debug)]
pub struct Pixie {
    binary: PathBuf,
    folder: PathBuf,
    log: PathBuf,
    address: SocketAddr,
    issuer: String,
    words: Vec<String>,
    environment: Vec<(String, String)>,
    wrapper: Vec<String>,
    process: Option<Process>,
}

impl Pixie {
    /// A node of this binary in this folder, which is made if it is missing, with the text of its `pixie.toml`. Its data folder
    /// is `data` in it.
    ///
    /// # Errors
    /// The folder or the configuration cannot be written.
    pub fn new(binary: &Path, folder: &Path, configuration: &str) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let mut file = File::create(folder.join("pixie.toml"))?;
        file.write_all(configuration.as_bytes())?;
        // Some scenarios cut the power of the folder's disk.
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        let address = SocketAddr::from(([127, 0, 0, 1], ports::unused()));
        Ok(Self {
            binary: std::path::absolute(binary)?,
            folder: folder.to_owned(),
            log: folder.join("log"),
            address,
            issuer: format!("http://localhost:{}/o", address.port()),
            words: Vec::new(),
            environment: Vec::new(),
            wrapper: Vec::new(),
            process: None,
        })
    }

    /// Adds words to `pixie serve` and to every other command on this node's data, such as `--database` and its address.
    #[must_use]
    pub fn with(mut self, words: &[&str]) -> Self {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// The node serves the issuer of another one.
    #[must_use]
    pub fn with_issuer(mut self, issuer: &str) -> Self {
        issuer.clone_into(&mut self.issuer);
        self
    }

    /// Adds a variable to the environment, which is empty otherwise.
    #[must_use]
    pub fn with_environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the server by another program, such as `strace`.
    #[must_use]
    pub fn under(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// The log goes to this file; without this, to `log` in the node's folder.
    #[must_use]
    pub fn with_log(mut self, file: &Path) -> Self {
        file.clone_into(&mut self.log);
        self
    }

    /// The address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The database, if that is a file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data().join("pixie.sqlite3")
    }

    /// The server's standard output and standard error since it was made.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The number of its process; none if it does not run.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// `true` if the process is there.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn is_running(&mut self) -> Outcome<bool> {
        match &mut self.process {
            Some(process) => Ok(process.ended()?.is_none()),
            None => Ok(false),
        }
    }

    /// Starts the server and does not wait.
    ///
    /// # Errors
    /// The process cannot be made.
    pub fn spawn(&mut self) -> Outcome {
        self.process = Some(Process::logged(&mut self.serve(), &self.log)?);
        Ok(())
    }

    /// Starts the server, waits until it is ready, and says how long that took.
    ///
    /// # Errors
    /// It ended, or was not ready in twenty seconds.
    pub async fn start(&mut self) -> Outcome<Duration> {
        let watch = Stopwatch::start();
        self.spawn()?;
        self.ready(START).await?;
        Ok(watch.elapsed())
    }

    /// Waits until `/health/ready` is answered 200.
    ///
    /// # Errors
    /// It ended, or was not ready in that time.
    pub async fn ready(&mut self, within: Duration) -> Outcome {
        let watch = Stopwatch::start();
        loop {
            if status(self.address, "/health/ready", within).await? == Some(200) {
                return Ok(());
            }
            Failure::unless(self.is_running()?, || {
                format!("the server ended by itself:\n{}", self.log())
            })?;
            Failure::unless(watch.elapsed() < within, || {
                format!(
                    "the server is not ready after {} s:\n{}",
                    within.as_secs(),
                    self.log()
                )
            })?;
            sleep(LOOK).await;
        }
    }

    /// Kills it without warning, as `kill -9` does.
    ///
    /// # Errors
    /// It does not run.
    pub fn kill(&mut self) -> Outcome {
        let status = self.taken()?.kill()?;
        Failure::unless(status.signal() == Some(9), || {
            format!("the server ended by itself ({status}):\n{}", self.log())
        })
    }

    /// Asks it to end, as a supervisor does.
    ///
    /// # Errors
    /// It does not run.
    pub fn terminate(&self) -> Outcome {
        self.process.as_ref().ok_or_else(not_running)?.signal("TERM")
    }

    /// Asks it to end, waits until it has, and says how long that took.
    ///
    /// # Errors
    /// It did not end with 0 in fifteen seconds.
    pub async fn stop(&mut self) -> Outcome<Duration> {
        let watch = Stopwatch::start();
        self.terminate()?;
        self.ended(watch).await
    }

    /// Waits until it has ended by itself, with 0. The watch runs since it was asked to end.
    ///
    /// # Errors
    /// It did not end with 0 in fifteen seconds.
    pub async fn ended(&mut self, watch: Stopwatch) -> Outcome<Duration> {
        while self.is_running()? {
            Failure::unless(watch.elapsed() < END, || {
                format!("the server did not end 15 s after SIGTERM:\n{}", self.log())
            })?;
            sleep(LOOK).await;
        }
        let status = self.taken()?.ended()?;
        Failure::unless(status.is_some_and(|status| status.success()), || {
            format!("the server ended with {status:?} after SIGTERM:\n{}", self.log())
        })?;
        Ok(watch.elapsed())
    }

    /// Starts the server although that must fail, and gives the one line that it wrote.
    ///
    /// # Errors
    /// It did not end within ten seconds, ended with 0 or by a signal, or wrote other than one line.
    pub async fn refused(&self) -> Outcome<String> {
        match self.started_or_refused().await? {
            Some(line) => Ok(line),
            None => Err(Failure::because("the server started, and should have refused")),
        }
    }

    /// Starts another server process on the node: `None` if it answers (it is killed then), the line with which it
    /// refused otherwise.
    ///
    /// # Errors
    /// It did neither in ten seconds.
    pub async fn started_or_refused(&self) -> Outcome<Option<String>> {
        let watch = Stopwatch::start();
        let mut child = self
            .serve()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let alone = self.process.is_none();
        while child.try_wait()?.is_none() {
            let answers = alone && status(self.address, "/health/live", REFUSAL).await? == Some(200);
            if answers || watch.elapsed() > REFUSAL {
                child.kill()?;
                let output = child.wait_with_output()?;
                return if answers {
                    Ok(None)
                } else {
                    let log = String::from_utf8_lossy(&output.stderr).into_owned();
                    Err(Failure::because(format!("a start took more than 10 s: {log}")))
                };
            }
            sleep(LOOK).await;
        }
        refusal(&child.wait_with_output()?).map(Some)
    }

    /// Another command of the binary on this node's data.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.bare(&[]);
        command.args(words).args(["--data", "data"]).args(&self.words);
        command
    }

    fn serve(&self) -> Command {
        let mut command = self.bare(&self.wrapper);
        command
            .args(["serve", "--data", "data", "--listen", &self.address.to_string()])
            .args(["--issuer", &self.issuer])
            .args(&self.words);
        command
    }

    fn bare(&self, wrapper: &[String]) -> Command {
        let mut words = wrapper.iter().map(PathBuf::from).chain([self.binary.clone()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    fn taken(&mut self) -> Outcome<Process> {
        self.process.take().ok_or_else(not_running)
    }
}

/// The status of the answer to a GET request on a new connection; none if nobody answers.
async fn status(node: SocketAddr, path: &str, within: Duration) -> Outcome<Option<u16>> {
    let request = Request::get(path, &node.to_string()).text();
    let stopped = timeout(within, async {
        let mut connection = Connection::open(node).await.ok()?;
        let answer = connection.exchange(request.as_bytes()).await.ok()?;
        Some(answer.status)
    });
    stopped.await.map_err(|_| {
        let seconds = within.as_secs();
        Failure::because(format!("GET {path} had no answer after {seconds} s: a hang"))
    })
}

fn not_running() -> Failure {
    Failure::because("the server is not running")
}

/// The one line of a start or a command that refused.
///
/// # Errors
/// It ended with 0 or by a signal, or wrote other than one line.
pub fn refusal(output: &Output) -> Outcome<String> {
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    Failure::unless(output.status.code().is_some_and(|code| code != 0), || {
        format!(
            "it should have refused with a code, but ended with {}: {log}",
            output.status
        )
    })?;
    // What the log said before is no part of the answer: its lines begin with the time.
    let mut lines = log
        .lines()
        .filter(|line| !line.starts_with(|first: char| first.is_ascii_digit()));
    match (lines.next(), lines.next()) {
        (Some(line), None) if line.starts_with("error: ") => Ok(line.to_owned()),
        _ => Err(Failure::because(format!(
            "it should have refused with one line, but wrote: {log}"
        ))),
    }
}
