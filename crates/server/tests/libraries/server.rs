//! The `pixie` binary, run with the clients and the person of `pixie.toml` on a free port and a fresh data folder.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

const CONFIGURATION: &str = include_str!("pixie.toml");

/// How often the server is started until nobody else took its port first.
const ATTEMPTS: usize = 5;

/// A running `pixie serve`. It is ended with its test, and its data folder removed.
pub(crate) struct Server {
    process: Child,
    issuer: String,
    // It stays open, so that a server that has more to print finds a reader.
    _output: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Server {
    /// Starts it and waits until it listens.
    pub(crate) fn start() -> Self {
        (0..ATTEMPTS)
            .find_map(|_| Self::attempt())
            .unwrap_or_else(|| panic!("`pixie serve` ended {ATTEMPTS} times without listening"))
    }

    fn attempt() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pixie.toml"), CONFIGURATION).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let port = free_port();
        let issuer = format!("http://127.0.0.1:{port}/o");
        let mut process = Command::new(env!("CARGO_BIN_EXE_pixie"))
            .args(["serve", "--data", "data", "--issuer", &issuer, "--listen"])
            .arg(format!("127.0.0.1:{port}"))
            .current_dir(folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let server = Self {
            process,
            issuer,
            _output: output,
            folder,
        };
        if first.contains("listening") {
            return Some(server);
        }
        println!("{}", server.log());
        None
    }

    /// Its issuer.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What it logged until now.
    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        let mut file = std::fs::File::open(self.folder.path().join("log")).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
