//! The `pixie serve` that is measured: its configuration, its start and its end.

use crate::process;
use pixie_testing::process::Process;
use pixie_testing::unused_port;
use pixie_testing::wire::Connection;
use pixie_testing::{Failure, Outcome, Stopwatch};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// The place of a server's database.
pub(crate) struct Place {
    /// The folder of the data folder and of the log.
    pub(crate) folder: PathBuf,
    /// The PostgreSQL database, if it is not a SQLite file in the data folder.
    pub(crate) database: Option<String>,
    /// The first process of a PostgreSQL that was started for the measurement.
    pub(crate) postmaster: Option<u32>,
}

impl Place {
    /// The flags by which every command finds it.
    pub(crate) fn flags(&self) -> Vec<OsString> {
        let mut flags = vec!["--data".into(), self.folder.join("pixie-data").into()];
        if let Some(url) = &self.database {
            flags.extend(["--database".into(), url.into()]);
        }
        flags
    }

    /// The SQLite file.
    pub(crate) fn sqlite_file(&self) -> PathBuf {
        self.folder.join("pixie-data/pixie.sqlite3")
    }
}

/// A running server. It is killed if it goes out of scope without [`Server::stop`].
pub(crate) struct Server {
    process: Process,
    address: SocketAddr,
    /// From the start of the process to its first answer.
    pub(crate) start_up: Duration,
    /// Resident memory after that answer, in KiB.
    pub(crate) idle_kib: u64,
    log: PathBuf,
}

impl Server {
    /// Starts the binary on this data folder and waits for its first answer to `GET /health/live`.
    pub(crate) async fn start(pixie: &Path, place: &Place) -> Outcome<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], unused_port()));
        let log = place.folder.join("serve.log");
        let watch = Stopwatch::start();
        let mut serve = Command::new(pixie);
        serve
            .arg("serve")
            .args(place.flags())
            .args(["--listen", &address.to_string()])
            .args(["--issuer", &issuer(address)]);
        let process = Process::logged(&mut serve, &log)?;
        let mut server = Self {
            process,
            address,
            start_up: Duration::ZERO,
            idle_kib: 0,
            log,
        };
        server.wait_for_first_answer(watch).await?;
        server.start_up = watch.elapsed();
        server.idle_kib = process::memory_kib(server.process_id(), "VmRSS")?;
        Ok(server)
    }

    /// The address on which it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The issuer of the server.
    pub(crate) fn issuer(&self) -> String {
        issuer(self.address)
    }

    /// The process.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(self) -> Outcome<()> {
        self.process.end("TERM").map(drop)
    }

    async fn wait_for_first_answer(&mut self, watch: Stopwatch) -> Outcome<()> {
        let request = format!(
            "GET /health/live HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
            self.address.port()
        );
        loop {
            if let Ok(mut connection) = Connection::open(self.address).await {
                return connection
                    .exchange(request.as_bytes())
                    .await?
                    .expect("GET /health/live", &[200, 204]);
            }
            if let Some(status) = self.process.ended()? {
                let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                return Err(Failure::because(format!(
                    "the server ended at its start ({status}):\n{log}"
                )));
            }
            if watch.elapsed() > PATIENCE {
                return Err(Failure::because("the server does not listen"));
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    }
}

fn issuer(address: SocketAddr) -> String {
    format!("http://localhost:{}/o", address.port())
}
