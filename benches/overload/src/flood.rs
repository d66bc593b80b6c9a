//! Those who take without end: sign-ins, slow peers, idle connections.

use std::io::{Error, ErrorKind, Result, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use pixie_testing::wire::Request;
use pixie_testing::wire::blocking::Connection;

/// The results of sign-ins.
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
    let login = Request::get("/o/login/", "localhost").text();
    let page = connection.exchange(login.as_bytes()).map_err(Error::other)?;
    let cookie = page
        .header("set-cookie")
        .and_then(|cookie| cookie.split(';').next());
    let text = page.text();
    let token = text
        .split_once("name=\"csrf_token\" value=\"")
        .and_then(|(_, rest)| rest.split('"').next());
    let (Some(cookie), Some(token)) = (cookie.map(str::to_owned), token) else {
        return Err(Error::other("the login page has no form"));
    };
    let mut counted = Counted::default();
    for time in 0_u32.. {
        if stop.load(Relaxed) {
            break;
        }
        let username = format!("nobody{number}-{time}");
        let fields = [
            ("csrf_token", token),
            ("username", &username),
            ("password", "a guess"),
        ];
        let [_, high, middle, low] = time.to_be_bytes();
        let sender = format!("2001:db8:{number:x}:{high:x}{middle:02x}::{low:x}");
        let request = Request::post("/o/login/", "localhost", &fields)
            .header("Cookie", &cookie)
            .header("X-Forwarded-For", &sender)
            .text();
        let answer = connection.exchange(request.as_bytes()).map_err(Error::other)?;
        match answer.status {
            503 => counted.refused += 1,
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
    let live = Request::get("/health/live", "localhost").text();
    let one = |_| {
        let mut connection = Connection::open(address)?;
        connection.exchange(live.as_bytes()).map_err(Error::other)?;
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
