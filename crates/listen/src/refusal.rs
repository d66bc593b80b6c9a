//! What is said to a connection for which there is no place (RFC 9110 section 15.6.4).

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many refusals are said at once; whoever comes beyond them is hung up on.
const MOST_AT_ONCE: usize = 64;

/// How long a peer may take to hear it.
const LONGEST: Duration = Duration::from_secs(1);

const COME_BACK: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Says no.
pub(super) struct Refusals(Arc<Semaphore>);

impl Refusals {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST_AT_ONCE)))
    }

    /// The right to say it once, where not too many are at it.
    pub(super) fn one(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }
}

/// Says it and reads what the peer has sent, so that the answer is not lost to a reset.
pub(super) async fn refuse(mut stream: TcpStream, right: OwnedSemaphorePermit) {
    let mut rest = [0; 4096];
    let _ = tokio::time::timeout(LONGEST, async {
        stream.write_all(COME_BACK).await?;
        stream.shutdown().await?;
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    })
    .await;
    drop(right);
}
