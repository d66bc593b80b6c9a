//! HTTP/1.1 on one connection, no more of it than is needed.

use std::io::{Error, Read as _, Result, Write as _};
use std::net::TcpStream;

/// A connection that stays.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 << 10),
        })
    }

    /// Sends a request and reads its answer, headers and body, as text.
    pub(crate) fn exchange(&mut self, request: &str) -> Result<String> {
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        let mut part = [0; 16 << 10];
        loop {
            let length = self.stream.read(&mut part)?;
            if length == 0 {
                return Err(Error::other("the server hung up"));
            }
            self.buffer.extend_from_slice(&part[..length]);
            if let Some(whole) = whole(&self.buffer) {
                return Ok(whole);
            }
        }
    }

    /// The stream itself.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }
}

fn whole(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length: usize = header(head, "content-length").unwrap_or("0").parse().ok()?;
    (body.len() >= length).then(|| text.to_owned())
}

/// The first header of a name.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
}

/// The status of an answer.
pub(crate) fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}
