//! The limits applied to HTTP/1.1 (RFC 9112) and HTTP/2 (RFC 9113).

use axum::Router;
use http::StatusCode;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::options::Limits;

/// How many requests one HTTP/2 connection may have in flight.
const HTTP2_STREAMS: u32 = 100;

/// How much of the bodies of one HTTP/2 connection may be on its way, of one request and of all, and how much of an answer
/// waits for its reader.
const HTTP2_WINDOW: u32 = 64 << 10;
const HTTP2_WINDOWS: u32 = 256 << 10;
const HTTP2_UNREAD: usize = 64 << 10;

impl Limits {
    /// The router behind the limits of body and time.
    pub(super) fn around(&self, router: Router) -> Router {
        router
            .layer(RequestBodyLimitLayer::new(self.max_body))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                self.request_timeout,
            ))
    }

    /// The HTTP server behind the limits of headers and time.
    pub(super) fn http(&self) -> Builder<TokioExecutor> {
        let mut http = Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout)
            .max_buf_size(self.max_headers);
        http.http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(self.max_headers).unwrap_or(u32::MAX))
            .max_concurrent_streams(HTTP2_STREAMS)
            .initial_stream_window_size(HTTP2_WINDOW)
            .initial_connection_window_size(HTTP2_WINDOWS)
            .max_send_buf_size(HTTP2_UNREAD)
            .keep_alive_interval(self.header_timeout)
            .keep_alive_timeout(self.header_timeout);
        http
    }
}
