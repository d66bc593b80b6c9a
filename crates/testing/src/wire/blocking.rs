//! The same connection for threads and for tests without a runtime.

use std::io::{Read as _, Result, Write as _};
use std::net::TcpStream;

use super::answer::{self, Answer, ConnectionError};

/// One connection and the space for its answers.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects to a host and a port.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its whole answer, which is borrowed from the connection until the next request.
    ///
    /// # Errors
    /// The connection ended, or what came is no HTTP.
    pub fn exchange(&mut self, request: &[u8]) -> std::result::Result<Answer<'_>, ConnectionError> {
        self.stream
            .write_all(request)
            .map_err(|_| ConnectionError::Unanswered)?;
        self.received.clear();
        let mut part = [0; 16 * 1024];
        let parts = loop {
            if let Some(parts) = answer::whole(&self.received)? {
                break parts;
            }
            match self.stream.read(&mut part) {
                Ok(0) | Err(_) => return Err(ConnectionError::after(&self.received)),
                Ok(length) => self.received.extend_from_slice(&part[..length]),
            }
        };
        Ok(parts.of(&self.received))
    }

    /// The stream itself.
    #[must_use]
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }
}

/// Sends one request on a connection of its own.
///
/// # Errors
/// Nobody listens there, or no whole answer came.
pub fn exchange(address: &str, request: &[u8]) -> std::result::Result<Answer<'static>, ConnectionError> {
    let mut connection = Connection::open(address).map_err(|_| ConnectionError::Unanswered)?;
    connection.exchange(request).map(Answer::into_owned)
}
