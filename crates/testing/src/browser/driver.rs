//! A chromedriver of its own for each browser: started on a free port, ended with its browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";

/// How often chromedriver is started until one of them listens.
const ATTEMPTS: usize = 5;

/// A running chromedriver.
pub(super) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts chromedriver and reads from its output which port it chose.
    pub(super) fn start() -> Self {
        for program in [CHROMIUM, CHROMEDRIVER] {
            assert!(
                Path::new(program).exists(),
                "{program} is missing: install it (on Debian: apt-get install chromium chromium-driver) \
                 or leave the browser tests out with `cargo xtask test --no-browser`"
            );
        }
        (0..ATTEMPTS).find_map(|_| Self::attempt()).unwrap_or_else(|| {
            panic!("{CHROMEDRIVER} ended {ATTEMPTS} times without saying on which port it listens")
        })
    }

    /// Starts chromedriver once. It takes a free port of IPv4 and then wants the same one of IPv6: if something
    /// else was faster, it ends without listening, and only another attempt helps.
    fn attempt() -> Option<Self> {
        let mut process = Command::new(CHROMEDRIVER)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{CHROMEDRIVER} cannot be started: {error}"));
        let Some(port) = listening_port(&mut process) else {
            let _ = process.kill();
            let _ = process.wait();
            return None;
        };
        Some(Self { process, port })
    }

    /// The address that takes WebDriver commands.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to close its browser and to end; answers whether it understood.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

/// The port that chromedriver prints.
fn listening_port(process: &mut Child) -> Option<u16> {
    BufReader::new(process.stdout.take()?)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once("successfully on port ")?
                .1
                .trim_end_matches('.')
                .parse()
                .ok()
        })
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
