//! HTTP/1.1 on one kept connection (RFC 9112) that costs as little as possible: no pool, no retries, no copies.

mod answer;
pub mod blocking;
mod browser;
mod form;
mod request;

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub use answer::{Answer, ConnectionError};
pub use browser::Browser;
pub use request::{Request, form};

/// One connection and the space for its answers.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Opens a connection.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its whole answer, which is borrowed from the connection until the next request.
    ///
    /// # Errors
    /// The connection ended, or what came is no HTTP. The connection is of no more use then.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, ConnectionError> {
        self.send(request).await?;
        self.answer().await
    }

    /// Sends a request, or a part of one.
    ///
    /// # Errors
    /// The connection ended.
    pub async fn send(&mut self, part: &[u8]) -> Result<(), ConnectionError> {
        self.stream
            .write_all(part)
            .await
            .map_err(|_| ConnectionError::Unanswered)
    }

    /// Reads the next answer.
    ///
    /// # Errors
    /// As [`Connection::exchange`].
    pub async fn answer(&mut self) -> Result<Answer<'_>, ConnectionError> {
        self.received.clear();
        let parts = loop {
            if let Some(parts) = answer::whole(&self.received)? {
                break parts;
            }
            match self.stream.read_buf(&mut self.received).await {
                Ok(0) | Err(_) => return Err(ConnectionError::after(&self.received)),
                Ok(_) => {}
            }
        };
        Ok(parts.of(&self.received))
    }
}
