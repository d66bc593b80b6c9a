//! A stream on which the refusals that hyper sends by itself are held back, so that they can be sent in a better form. hyper
//! tells nobody which request it refuses, so the beginning of the request is kept here.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use http::StatusCode;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

/// The first bytes of a connection of HTTP/2 (RFC 9113 section 3.4).
const HTTP_2: &[u8] = b"PRI * HTTP/2.0";

/// The state of a connection between its requests.
#[derive(Default)]
pub(super) struct Exchanges {
    /// Requests whose response hyper has not read to its end.
    unanswered: AtomicUsize,
    /// `true` from the headers of a request until its response was written.
    busy: AtomicBool,
}

impl Exchanges {
    /// Notes that a request has arrived; it ends when the guard is dropped with its response.
    pub(super) fn begin(self: &Arc<Self>) -> Exchange {
        self.busy.store(true, Relaxed);
        self.unanswered.fetch_add(1, Relaxed);
        Exchange(self.clone())
    }

    fn is_busy(&self) -> bool {
        self.busy.load(Relaxed)
    }

    /// Notes that everything was written so far.
    fn flushed(&self) {
        if self.unanswered.load(Relaxed) == 0 {
            self.busy.store(false, Relaxed);
        }
    }
}

/// A request without the end of its response.
pub(super) struct Exchange(Arc<Exchanges>);

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.unanswered.fetch_sub(1, Relaxed);
    }
}

/// The body of a response, which ends its exchange.
pub(super) struct ResponseBody<B> {
    body: B,
    _exchange: Exchange,
}

impl<B> ResponseBody<B> {
    pub(super) fn new(body: B, exchange: Exchange) -> Self {
        Self {
            body,
            _exchange: exchange,
        }
    }
}

impl<B: Body + Unpin> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream for HTTP that comes back when HTTP is done with it.
pub(super) struct WatchedStream<S> {
    stream: Option<S>,
    exchanges: Arc<Exchanges>,
    head: Vec<u8>,
    max_head: usize,
    speaks_http_2: bool,
    refused: Option<StatusCode>,
    returned: Option<oneshot::Sender<EndedStream<S>>>,
}

/// The stream after HTTP is done with it.
pub(super) struct EndedStream<S> {
    pub(super) stream: S,
    /// The beginning of a request of which no response was sent.
    pub(super) head: Vec<u8>,
    /// The status of the refusal that was held back.
    pub(super) refused: Option<StatusCode>,
}

impl<S> WatchedStream<S> {
    /// Watches a stream; of a request at most `max_head` bytes are kept.
    pub(super) fn new(
        stream: S,
        exchanges: Arc<Exchanges>,
        max_head: usize,
    ) -> (Self, oneshot::Receiver<EndedStream<S>>) {
        let (sender, receiver) = oneshot::channel();
        let watched = Self {
            stream: Some(stream),
            exchanges,
            head: Vec::new(),
            max_head,
            speaks_http_2: false,
            refused: None,
            returned: Some(sender),
        };
        (watched, receiver)
    }

    /// Returns `true` if bytes for the peer are a refusal of hyper's own, or follow one.
    fn holds_back(&mut self, bytes: &[u8]) -> bool {
        if self.refused.is_none() && !self.speaks_http_2 && !self.exchanges.is_busy() {
            self.refused = error_status(bytes);
        }
        self.refused.is_some()
    }
}

impl<S: Unpin> WatchedStream<S> {
    fn stream(&mut self) -> io::Result<Pin<&mut S>> {
        self.stream
            .as_mut()
            .map(Pin::new)
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

/// The status of a response of HTTP/1, if it is that of an error.
fn error_status(bytes: &[u8]) -> Option<StatusCode> {
    let status = bytes.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    StatusCode::from_bytes(status)
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
}

impl<S> Drop for WatchedStream<S> {
    fn drop(&mut self) {
        let Some((stream, returned)) = self.stream.take().zip(self.returned.take()) else {
            return;
        };
        let head = if self.exchanges.is_busy() {
            Vec::new()
        } else {
            std::mem::take(&mut self.head)
        };
        // Nobody waits for it if the connection is given up.
        let _ = returned.send(EndedStream {
            stream,
            head,
            refused: self.refused,
        });
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(self.stream()?.poll_read(context, buffer))?;
        if self.exchanges.is_busy() {
            self.head.clear();
        } else if !self.speaks_http_2 {
            let received = buffer.filled().get(before..).unwrap_or_default();
            let room = self.max_head.saturating_sub(self.head.len());
            self.head
                .extend_from_slice(received.get(..room).unwrap_or(received));
            if self.head.starts_with(HTTP_2) {
                self.speaks_http_2 = true;
                self.head = Vec::new();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.holds_back(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        self.stream()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.refused.is_some() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.stream()?.poll_flush(context))?;
        self.exchanges.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.refused.is_some() {
            return Poll::Ready(Ok(()));
        }
        self.stream()?.poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty());
        if first.is_some_and(|first| self.holds_back(first)) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        self.stream()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }
}
