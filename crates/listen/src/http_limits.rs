//! The limits applied to HTTP/1.1 (RFC 9112) and HTTP/2 (RFC 9113).

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;

use super::options::Limits;

/// Requests in flight on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;

/// Bytes of one request's body that an HTTP/2 client may send before they are read.
const STREAM_WINDOW: u32 = 64 << 10;

/// The same for all requests of a connection together.
const CONNECTION_WINDOW: u32 = 256 << 10;

/// Bytes of one response that wait for an HTTP/2 client to read them.
const MAX_UNREAD: usize = 64 << 10;

impl Limits {
    /// The HTTP server behind the limits of headers and time. Of HTTP/2, headers of up to twice the limit are read, so that
    /// the refusal has a form.
    pub(super) fn http(&self) -> Builder<TokioExecutor> {
        let mut http = Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout)
            .max_buf_size(self.max_headers);
        http.http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(self.max_headers.saturating_mul(2)).unwrap_or(u32::MAX))
            .max_concurrent_streams(MAX_STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(MAX_UNREAD)
            .keep_alive_interval(self.header_timeout)
            .keep_alive_timeout(self.header_timeout);
        http
    }
}
