//! Ports for servers that are stopped and come back on the same port.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the ports that systems give to outgoing connections: one of those could take the port while its server is down.
const FIRST: u32 = 20_000;
const COUNT: u32 = 10_000;
/// How many ports a process may ask for until it comes to those of the next process.
const PACE: u32 = 37;

static CALLS: AtomicU32 = AtomicU32::new(0);

/// A port of this machine on which nothing listens.
#[must_use]
pub fn unused() -> u16 {
    loop {
        let offset = std::process::id() * PACE + CALLS.fetch_add(1, Ordering::Relaxed);
        let port = (FIRST + offset % COUNT) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
