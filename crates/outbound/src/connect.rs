//! A TCP connection to one of the checked addresses (RFC 8305: the next one is tried before the last one has failed).

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use pixie_provider::OutboundError;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::resolve::Checked;

/// How much earlier an address may answer than the next one is tried (RFC 8305 §8).
const HEAD_START: Duration = Duration::from_millis(250);

/// The most addresses of a host that are tried.
const MAX_ADDRESSES: usize = 4;

/// Connects to the address that responds first; the others are abandoned.
pub(crate) async fn connect(checked: &Checked) -> Result<TcpStream, OutboundError> {
    let mut attempts = JoinSet::new();
    let mut wait = Duration::ZERO;
    for address in checked.addresses().iter().take(MAX_ADDRESSES) {
        attempts.spawn(attempt(*address, wait));
        wait += HEAD_START;
    }
    while let Some(attempt) = attempts.join_next().await {
        if let Ok(Ok(stream)) = attempt {
            return Ok(stream);
        }
    }
    Err(OutboundError::Connection)
}

async fn attempt(address: SocketAddr, wait: Duration) -> io::Result<TcpStream> {
    tokio::time::sleep(wait).await;
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
