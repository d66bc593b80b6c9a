//! Running the binary: a folder for it, what it answered, a server that is running.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use pixie_testing::process::Process;
use pixie_testing::wire::blocking::exchange;
use pixie_testing::wire::{Answer, Request};
use serde_json::Value;
use tempfile::TempDir;

/// No command takes so long, not even on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder in which commands are run. The data folder is `data` in it.
pub(crate) struct Pixie {
    folder: TempDir,
}

impl Pixie {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The names in a folder of the folder, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The command with these words, in the folder and with nothing of this process's environment.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixie"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null());
        command
    }

    /// Runs a command on the folder's data.
    pub(crate) fn run(&self, words: &[&str]) -> Outcome {
        self.run_with_input(words, "")
    }

    /// Runs a command that reads a text from standard input.
    pub(crate) fn run_with_input(&self, words: &[&str], input: &str) -> Outcome {
        let mut child = self
            .on_data(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have ended already.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        self.outcome(ended(child))
    }

    /// The command with the flag that names the folder's data.
    pub(crate) fn on_data(&self, words: &[&str]) -> Command {
        let mut command = self.command(words);
        let needs_none = ["completions", "help", "config"].contains(&words[0]);
        if !needs_none {
            command.args(["--data", "data"]);
        }
        command
    }

    /// Starts a server on a free port and waits until it listens.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Starts a server with more flags.
    pub(crate) fn serve_with(&self, flags: &[&str]) -> Server {
        let words = [&["serve", "--listen", "127.0.0.1:0"], flags].concat();
        let log = std::fs::File::create(self.path("log")).unwrap();
        let process = Process::start(self.on_data(&words).stderr(log)).unwrap();
        let first = process.line().unwrap_or_default();
        let address = first
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http://127"))
            .unwrap_or_else(|| panic!("{first}{}", std::fs::read_to_string(self.path("log")).unwrap()));
        Server {
            address: format!("127{address}"),
            process,
        }
    }

    /// The outcome of a command that has ended.
    pub(crate) fn outcome(&self, output: Output) -> Outcome {
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The output of a command that ends by itself. A command that does not end is killed and fails its test.
fn ended(child: Child) -> Output {
    let id = child.id().to_string();
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    receiver.recv_timeout(PATIENCE).map_or_else(
        |_| {
            drop(Command::new("kill").args(["-KILL", &id]).status());
            panic!("the command does not end")
        },
        Result::unwrap,
    )
}

/// The exit code of a command and the text that it printed.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// The standard output of a command that succeeded and wrote no error.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(
            (self.code, self.stderr.as_str()),
            (Some(0), ""),
            "{}",
            self.stdout
        );
        masked(&self.stdout)
    }

    /// The lines that it printed, sorted.
    #[track_caller]
    pub(crate) fn done_sorted(self) -> String {
        let printed = self.done();
        let mut lines: Vec<_> = printed.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    /// The JSON document that it printed.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        assert_eq!(
            (self.code, self.stderr.as_str()),
            (Some(0), ""),
            "{}",
            self.stdout
        );
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The JSON document with what differs from run to run masked.
    #[track_caller]
    pub(crate) fn masked_json(self) -> String {
        let mut value = self.json();
        mask(&mut value);
        serde_json::to_string_pretty(&value).unwrap()
    }

    /// The sentence with which it refused.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(1), ""),
            "{}",
            self.stderr
        );
        self.stderr
    }

    /// The error of a command that was called wrongly.
    #[track_caller]
    pub(crate) fn called_wrongly(self) -> String {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(2), ""),
            "{}",
            self.stderr
        );
        self.stderr
    }
}

/// A running server. It is killed at the end of its test.
pub(crate) struct Server {
    address: String,
    process: Process,
}

impl Server {
    /// The host and port that it listens on.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The status of a GET request.
    pub(crate) fn status(&self, path: &str) -> u16 {
        self.exchange(&Request::get(path, "localhost")).status
    }

    /// The JSON that answers a GET request.
    pub(crate) fn get(&self, path: &str) -> Value {
        json(&self.exchange(&Request::get(path, "localhost")))
    }

    /// The JSON that answers a form.
    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Value {
        json(&self.exchange(&Request::post(path, "localhost", form)))
    }

    /// The status of a sign-in at the login page.
    pub(crate) fn sign_in(&self, username: &str, password: &str) -> u16 {
        let page = self.exchange(&Request::get("/o/login/", "localhost"));
        let cookie = page.header("set-cookie").unwrap().split(';').next().unwrap();
        let form = [
            ("username", username),
            ("password", password),
            ("csrf_token", "x"),
        ];
        let request = Request::post("/o/login/", "localhost", &form)
            .header("Cookie", cookie)
            .header("Sec-Fetch-Site", "same-origin");
        self.exchange(&request).status
    }

    /// The answer to a request on a connection of its own.
    pub(crate) fn exchange(&self, request: &Request) -> Answer<'static> {
        let request = request.clone().header("Connection", "close");
        exchange(&self.address, request.text().as_bytes()).unwrap()
    }

    /// Asks it to end, as a supervisor does, and gives its exit code and the rest of what it printed.
    pub(crate) fn stop(self) -> (Option<i32>, String) {
        let (status, rest) = self.process.end("TERM").unwrap();
        (status.code(), rest)
    }

    /// Kills it without warning, as kill -9 does.
    pub(crate) fn kill(self) {
        self.process.kill().unwrap();
    }
}

fn json(answer: &Answer<'_>) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// The mode of a file or folder, such as `600`.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    format!(
        "{:o}",
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    )
}

/// Times, subjects and generated secrets, of which every run has others.
fn masked(text: &str) -> String {
    let word = |word: &str| {
        let plain = word.trim_end_matches('.');
        let time = plain.len() == 20 && plain.ends_with('Z') && plain.contains('T');
        let aside = plain.contains(".before-");
        let subject = plain.len() == 36 && plain.matches('-').count() == 4;
        let secret = plain.starts_with("pixie_cs_");
        let password = plain.len() == 23 && plain.matches('-').count() == 3;
        match (time, aside, subject, secret, password) {
            (true, ..) => "<time>".to_owned(),
            (_, true, ..) => word.split_inclusive(".before-").next().unwrap().to_owned() + "<time>",
            (_, _, true, ..) => "<subject>".to_owned(),
            (_, _, _, true, _) => "<secret>".to_owned(),
            (.., true) => "<password>".to_owned(),
            _ => word.to_owned(),
        }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                let differs = [
                    "sub",
                    "created_at",
                    "updated_at",
                    "disabled_at",
                    "client_id_issued_at",
                    "client_secret",
                    "password",
                    "moved_aside",
                    "bytes",
                ];
                if differs.contains(&name.as_str()) && !value.is_null() {
                    *value = Value::String(format!("<{name}>"));
                } else {
                    mask(value);
                }
            }
        }
        _ => {}
    }
}
