//! Those who take without end: sign-ins, slow peers, idle connections.

use std::io::{Error, ErrorKind, Result, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::wire::{Connection, header, status};

const LIVE: &str = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What became of sign-ins.
#[derive(Default)]
pub(crate) struct Counted {
    /// Those whose password was looked at.
    pub(crate) checked: u64,
    /// Those that were answered 503.
    pub(crate) refused: u64,
}

/// Signs in with a wrong password again and again.
pub(crate) fn sign_in(address: &str, number: usize, stop: &AtomicBool) -> Result<Counted> {
    let mut connection = Connection::open(address)?;
    let page = connection.exchange("GET /o/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let cookie = header(&page, "set-cookie").and_then(|cookie| cookie.split(';').next());
    let token = page
        .split_once("name=\"csrf_token\" value=\"")
        .and_then(|(_, rest)| rest.split('"').next());
    let (Some(cookie), Some(token)) = (cookie, token) else {
        return Err(Error::other("the login page has no form"));
    };
    let mut counted = Counted::default();
    for time in 0_u32.. {
        if stop.load(Relaxed) {
            break;
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf_token", token)
            .append_pair("username", &format!("nobody{number}-{time}"))
            .append_pair("password", "a guess")
            .finish();
        let [_, high, middle, low] = time.to_be_bytes();
        let answer = connection.exchange(&format!(
            "POST /o/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\
             X-Forwarded-For: 2001:db8:{number:x}:{high:x}{middle:02x}::{low:x}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))?;
        match status(&answer) {
            "503" => counted.refused += 1,
            _ => counted.checked += 1,
        }
    }
    Ok(counted)
}

/// Peers that begin and do not go on.
pub(crate) fn slow(address: &str, peers: usize) -> Result<Vec<TcpStream>> {
    let many = "GET /o/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20);
    let begun = [
        "GET /o/login/ HTTP/1.1\r\nHost: local",
        "POST /o/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\ng",
        &many,
    ];
    begun
        .iter()
        .cycle()
        .take(peers)
        .map(|begun| {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(begun.as_bytes())?;
            Ok(stream)
        })
        .collect()
}

/// Connections that have asked once.
pub(crate) fn idle(address: &str, connections: usize) -> Result<Vec<TcpStream>> {
    let one = |_| {
        let mut connection = Connection::open(address)?;
        connection.exchange(LIVE)?;
        Ok(connection.into_stream())
    };
    (0..connections).map(one).collect()
}

/// How many the server has not closed.
pub(crate) fn still_open(connections: &[TcpStream]) -> usize {
    let is_open = |stream: &&TcpStream| {
        let peeked = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
        peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    };
    connections.iter().filter(is_open).count()
}
