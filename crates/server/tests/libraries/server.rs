//! The `pixie` binary, run with the clients and the person of `pixie.toml` on a free port and a fresh data folder.

use pixie_testing::process::Process;
use pixie_testing::unused_port;
use std::io::Read as _;
use std::process::Command;
use tempfile::TempDir;

const CONFIGURATION: &str = include_str!("pixie.toml");

/// A running `pixie serve`. It is ended with its test, and its data folder removed.
pub(crate) struct Server {
    process: Process,
    issuer: String,
    folder: TempDir,
}

impl Server {
    /// Starts it and waits until it listens.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pixie.toml"), CONFIGURATION).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let address = format!("127.0.0.1:{}", unused_port());
        let issuer = format!("http://{address}/o");
        let mut serve = Command::new(env!("CARGO_BIN_EXE_pixie"));
        serve
            .args([
                "serve", "--data", "data", "--issuer", &issuer, "--listen", &address,
            ])
            .current_dir(folder.path())
            .env_clear()
            .stderr(log);
        let server = Self {
            process: Process::start(&mut serve).unwrap(),
            issuer,
            folder,
        };
        let listening = server.process.line_with("listening");
        assert!(listening.is_ok(), "{}", server.log());
        server
    }

    /// The server's issuer identifier.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The lines that the server has logged until now.
    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        let mut file = std::fs::File::open(self.folder.path().join("log")).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    }
}
