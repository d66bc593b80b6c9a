//! A TCP stream that is lent to the code that speaks HTTP and comes back when that is done, to be closed with care.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

/// How long the rest of what a peer sends is read after our last word.
const LINGER: Duration = Duration::from_secs(2);

/// The stream while it is lent. A peer that takes nothing of what is sent to it for too long is given up.
pub(super) struct Lent {
    stream: Option<TcpStream>,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    back: Option<oneshot::Sender<TcpStream>>,
}

/// The promise of the stream.
pub(super) struct Back(oneshot::Receiver<TcpStream>);

/// Lends a stream, with so much patience for a peer that reads nothing.
pub(super) fn lend(stream: TcpStream, patience: Duration) -> (Lent, Back) {
    let (sender, receiver) = oneshot::channel();
    (
        Lent {
            stream: Some(stream),
            patience,
            stalled: None,
            back: Some(sender),
        },
        Back(receiver),
    )
}

impl Back {
    /// Closes the stream once it is back: says that no more is coming, then reads on for a moment. A socket that is
    /// closed with unread bytes resets the connection, and the peer may lose our answer: of a body that is too long it
    /// would see the reset instead of the 413 (RFC 9112 §9.6).
    pub(super) async fn close(self) {
        let Ok(mut stream) = self.0.await else { return };
        let mut rest = [0; 4096];
        let _ = tokio::time::timeout(LINGER, async {
            stream.shutdown().await?;
            while stream.read(&mut rest).await? > 0 {}
            io::Result::Ok(())
        })
        .await;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(stream), Some(back)) = (self.stream.take(), self.back.take()) {
            let _ = back.send(stream);
        }
    }
}

impl Lent {
    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream
            .as_mut()
            .map(Pin::new)
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// What writing came to, or that it has stalled for too long.
    fn unless_stalled(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        stalled
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Lent {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Lent {
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
