//! The response to a connection beyond the limit: 503 (RFC 9110 section 15.6.4).

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many refusals are sent at once; connections beyond them are closed without a response.
const MAX_REFUSALS: usize = 64;

/// How long a peer may take to read its refusal.
const MAX_TIME: Duration = Duration::from_secs(1);

const RESPONSE: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Limits the refusals that are sent at once.
pub(super) struct Refusals(Arc<Semaphore>);

impl Refusals {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MAX_REFUSALS)))
    }

    /// A permit to send one, if the limit is not reached.
    pub(super) fn permit(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }
}

/// Sends a refusal and reads what the peer has sent, so that a reset does not destroy the response.
pub(super) async fn refuse(mut stream: TcpStream, permit: OwnedSemaphorePermit) {
    let mut rest = [0; 4096];
    let _ = tokio::time::timeout(MAX_TIME, async {
        stream.write_all(RESPONSE).await?;
        stream.shutdown().await?;
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    })
    .await;
    drop(permit);
}
