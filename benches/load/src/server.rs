//! The `pixie serve` that is measured: its configuration, its start and its end.

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::stopwatch::Stopwatch;
use crate::wire::Connection;
use std::ffi::OsString;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// Where a server keeps what it knows.
pub(crate) struct Place {
    /// The folder of the data folder and of the log.
    pub(crate) folder: PathBuf,
    /// The PostgreSQL database, where it is not a SQLite file in the data folder.
    pub(crate) database: Option<String>,
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

/// A running server. It is killed when it goes out of scope without [`Server::stop`].
pub(crate) struct Server {
    child: Child,
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
        let address = free_address()?;
        let log = place.folder.join("serve.log");
        let watch = Stopwatch::start();
        let child = Command::new(pixie)
            .arg("serve")
            .args(place.flags())
            .args(["--listen", &address.to_string()])
            .args(["--issuer", &issuer(address)])
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .spawn()
            .map_err(|error| Failure::because(format!("{} cannot be started: {error}", pixie.display())))?;
        let mut server = Self {
            child,
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

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who it says that it is.
    pub(crate) fn issuer(&self) -> String {
        issuer(self.address)
    }

    /// Its process.
    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end (SIGTERM), waits until it has, and hands back what was learned about it.
    pub(crate) async fn stop(mut self) -> Outcome<Self> {
        Command::new("kill")
            .args(["-TERM", &self.process_id().to_string()])
            .status()?;
        let watch = Stopwatch::start();
        while self.child.try_wait()?.is_none() {
            if watch.elapsed() > PATIENCE {
                return Err(Failure::because("the server did not end after SIGTERM"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(self)
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
            if let Some(status) = self.child.try_wait()? {
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

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to report to when either fails: the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn issuer(address: SocketAddr) -> String {
    format!("http://localhost:{}/o", address.port())
}

fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
