//! The body of a request, read whole before the request takes a place, within a size and a time.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use tokio::time::timeout;

use crate::web::WebSettings;

/// The limits of a body.
#[derive(Clone, Copy)]
pub(super) struct BodyLimits {
    max_bytes: usize,
    /// The time from the headers to the end of the body.
    timeout: Duration,
}

impl From<&WebSettings> for BodyLimits {
    fn from(settings: &WebSettings) -> Self {
        Self {
            max_bytes: settings.max_body,
            timeout: settings.body_timeout,
        }
    }
}

/// The peer did not send its body in time.
#[derive(Debug)]
pub(super) struct TooSlow;

/// The request with its body in memory. One that is too long or broken becomes one that cannot be read, which each
/// endpoint answers in its own way.
pub(super) async fn read(request: Request, limits: BodyLimits) -> Result<Request, TooSlow> {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(Request::from_parts(parts, body));
    }
    let read = timeout(limits.timeout, Limited::new(body, limits.max_bytes).collect());
    let body = match read.await.map_err(|_| TooSlow)? {
        Ok(whole) => Body::from(whole.to_bytes()),
        Err(_) => unreadable(),
    };
    Ok(Request::from_parts(parts, body))
}

/// A body that fails when it is read: one byte with a limit of none.
fn unreadable() -> Body {
    Body::new(Limited::new(Full::new(Bytes::from_static(b"!")), 0))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    const LIMITS: BodyLimits = BodyLimits {
        max_bytes: 4,
        timeout: Duration::from_secs(10),
    };

    #[tokio::test]
    async fn a_body_within_its_bounds_is_handed_on_and_a_longer_one_cannot_be_read() {
        let read = async |text: &'static str| {
            let request = read(Request::new(Body::from(text)), LIMITS).await.unwrap();
            to_bytes(request.into_body(), usize::MAX).await.ok()
        };
        assert_eq!(read("four").await.as_deref(), Some(b"four".as_slice()));
        assert_eq!(read("").await.as_deref(), Some(b"".as_slice()));
        assert_eq!(read("fives").await, None);
    }

    /// A body that never comes.
    struct Silent;

    impl axum::body::HttpBody for Silent {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            std::task::Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_trickles_its_body_is_given_up() {
        let request = Request::new(Body::new(Silent));
        assert!(matches!(read(request, LIMITS).await, Err(TooSlow)));
    }
}
