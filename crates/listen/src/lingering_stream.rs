//! A TCP stream that comes back when HTTP is done with it, and is closed so that the peer receives the last response
//! (RFC 9112 section 9.6).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

/// How long bytes of the peer are still read after the last response.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// A stream for HTTP. A write fails if the peer reads nothing for the transfer time-out.
pub(super) struct LingeringStream {
    stream: Option<TcpStream>,
    transfer_timeout: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    returned: Option<oneshot::Sender<TcpStream>>,
}

/// The stream after the [`LingeringStream`] was dropped.
pub(super) struct ReturnedStream(oneshot::Receiver<TcpStream>);

impl ReturnedStream {
    /// Closes the stream once it has returned: shuts down the sending side, then reads for a moment. A socket that is closed
    /// with unread bytes resets the connection, and the peer may lose the response: it would see a reset instead of the 413
    /// for a body that is too long.
    pub(super) async fn close(self) {
        let Ok(mut stream) = self.0.await else { return };
        let mut rest = [0; 4096];
        let _ = tokio::time::timeout(LINGER_TIMEOUT, async {
            stream.shutdown().await?;
            while stream.read(&mut rest).await? > 0 {}
            io::Result::Ok(())
        })
        .await;
    }
}

impl Drop for LingeringStream {
    fn drop(&mut self) {
        if let (Some(stream), Some(returned)) = (self.stream.take(), self.returned.take()) {
            let _ = returned.send(stream);
        }
    }
}

impl LingeringStream {
    pub(super) fn new(stream: TcpStream, transfer_timeout: Duration) -> (Self, ReturnedStream) {
        let (sender, receiver) = oneshot::channel();
        let lingering = Self {
            stream: Some(stream),
            transfer_timeout,
            stalled: None,
            returned: Some(sender),
        };
        (lingering, ReturnedStream(receiver))
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream
            .as_mut()
            .map(Pin::new)
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// The result of a write, or an error if writing has stalled for the transfer time-out.
    fn unless_stalled(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let timeout = self.transfer_timeout;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
        stalled
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for LingeringStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for LingeringStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream()?.poll_write(context, bytes);
        self.unless_stalled(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream()?.poll_write_vectored(context, slices);
        self.unless_stalled(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
