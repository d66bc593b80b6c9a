//! Tokens asked for at an even pace, and how long each took. Time counts from when a token was due, so that a server that
//! stalls is not spared the requests that would have come meanwhile.

use std::fmt;
use std::io::{Error, Result};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use pixie_testing::Stopwatch;
use pixie_testing::wire::Request;
use pixie_testing::wire::blocking::Connection;

/// Connections that ask.
const CONNECTIONS: usize = 16;

/// The requests that are measured.
pub(crate) struct Requests<'a> {
    pub(crate) address: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a str,
    pub(crate) per_second: u32,
    pub(crate) duration: Duration,
}

/// How long tokens took.
pub(crate) struct Measured {
    took: Vec<Duration>,
    refused: usize,
}

/// Asks for tokens.
pub(crate) fn measure(requests: &Requests<'_>) -> Result<Measured> {
    let interval = Duration::from_secs(1) / requests.per_second;
    let (start, next) = (Stopwatch::start(), AtomicU32::new(0));
    let parts = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| ask(requests, start, (interval, &next))))
            .collect();
        let ended = |asking: std::thread::ScopedJoinHandle<'_, Result<Measured>>| {
            asking
                .join()
                .unwrap_or_else(|_| Err(Error::other("a thread panicked")))
        };
        asking.into_iter().map(ended).collect::<Result<Vec<_>>>()
    })?;
    let refused = parts.iter().map(|part| part.refused).sum();
    let mut took: Vec<_> = parts.into_iter().flat_map(|part| part.took).collect();
    took.sort_unstable();
    Ok(Measured { took, refused })
}

fn ask(
    requests: &Requests<'_>,
    start: Stopwatch,
    (interval, next): (Duration, &AtomicU32),
) -> Result<Measured> {
    let mut connection = Connection::open(requests.address)?;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", requests.client_id),
        ("client_secret", requests.client_secret),
    ];
    let request = Request::post("/o/token/", "localhost", &fields).text();
    let mut measured = Measured {
        took: Vec::new(),
        refused: 0,
    };
    loop {
        let due = interval * next.fetch_add(1, Relaxed);
        if due >= requests.duration {
            return Ok(measured);
        }
        std::thread::sleep(due.saturating_sub(start.elapsed()));
        let answer = connection.exchange(request.as_bytes()).map_err(Error::other)?;
        match answer.status {
            200 => measured.took.push(start.elapsed().saturating_sub(due)),
            503 => measured.refused += 1,
            _ => return Err(Error::other(format!("the token endpoint answered {answer:?}"))),
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |part: usize| {
            let place = (self.took.len() * part / 1000).min(self.took.len().saturating_sub(1));
            let took = self.took.get(place).copied().unwrap_or_default();
            format!("{:.1} ms", took.as_secs_f64() * 1000.0)
        };
        write!(
            formatter,
            "tokens: {} issued, {} told to come back; p50 {}, p99 {}, p99.9 {}, longest {}",
            self.took.len(),
            self.refused,
            at(500),
            at(990),
            at(999),
            at(1000)
        )
    }
}
