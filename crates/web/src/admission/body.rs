//! The body of a request, read whole before the request takes a place, within a size and a time.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::early_refusal::EarlyRefusal;
use crate::web::WebSettings;

/// Characters of a content coding that an error repeats.
const MAX_CODING: usize = 40;

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

/// The request with its body in memory.
pub(super) async fn read(request: Request, limits: BodyLimits) -> Result<Request, EarlyRefusal> {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(Request::from_parts(parts, body));
    }
    if let Some(coding) = content_coding(&parts.headers) {
        return Err(EarlyRefusal::Encoded(coding));
    }
    // A length that was announced: the peer need not send it.
    if body.size_hint().lower() > limits.max_bytes as u64 {
        return Err(EarlyRefusal::TooLarge(limits.max_bytes));
    }
    let read = timeout(limits.timeout, Limited::new(body, limits.max_bytes).collect());
    let body = match read.await.map_err(|_| EarlyRefusal::SlowBody)? {
        Ok(whole) => Body::from(whole.to_bytes()),
        Err(cause) if cause.is::<LengthLimitError>() => return Err(EarlyRefusal::TooLarge(limits.max_bytes)),
        Err(_) => return Err(EarlyRefusal::BrokenBody),
    };
    Ok(Request::from_parts(parts, body))
}

/// The content coding of a body (RFC 9110 section 8.4), for people to read; none if the body is as it is.
fn content_coding(headers: &HeaderMap) -> Option<String> {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    let coding =
        codings.find(|coding| !coding.is_empty() && !coding.as_bytes().eq_ignore_ascii_case(b"identity"))?;
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_, ".contains(byte);
    let token = coding
        .as_bytes()
        .iter()
        .copied()
        .filter(is_token)
        .take(MAX_CODING);
    Some(token.map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use bytes::Bytes;

    use super::*;

    const LIMITS: BodyLimits = BodyLimits {
        max_bytes: 4,
        timeout: Duration::from_secs(10),
    };

    #[tokio::test]
    async fn a_body_within_its_bounds_is_handed_on_and_a_longer_one_is_refused() {
        let read = async |text: &'static str| {
            let request = read(Request::new(Body::from(text)), LIMITS).await?;
            Ok(to_bytes(request.into_body(), usize::MAX).await.unwrap())
        };
        assert_eq!(read("four").await, Ok(Bytes::from("four")));
        assert_eq!(read("").await, Ok(Bytes::new()));
        assert_eq!(read("fives").await, Err(EarlyRefusal::TooLarge(4)));
        let without_length = Request::new(Body::new(Endless));
        assert_eq!(
            super::read(without_length, LIMITS).await.err(),
            Some(EarlyRefusal::TooLarge(4))
        );
    }

    /// A body of unknown length.
    struct Endless;

    impl axum::body::HttpBody for Endless {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            std::task::Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from("abc")))))
        }
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
        assert_eq!(read(request, LIMITS).await.unwrap_err(), EarlyRefusal::SlowBody);
    }

    #[tokio::test]
    async fn a_compressed_body_is_refused_by_name() {
        let read = async |coding: &'static str| {
            let mut request = Request::new(Body::from("four"));
            let headers = request.headers_mut();
            headers.insert(CONTENT_ENCODING, coding.parse().unwrap());
            read(request, LIMITS).await.err()
        };
        assert_eq!(read("gzip").await, Some(EarlyRefusal::Encoded("gzip".to_owned())));
        assert_eq!(
            read("br, gzip").await,
            Some(EarlyRefusal::Encoded("br, gzip".to_owned()))
        );
        for none in ["identity", "Identity", ""] {
            assert_eq!(read(none).await, None);
        }
    }

    /// A body that breaks off.
    struct Broken;

    impl axum::body::HttpBody for Broken {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            std::task::Poll::Ready(Some(Err(std::io::ErrorKind::InvalidData.into())))
        }
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_not_called_too_large() {
        let request = Request::new(Body::new(Broken));
        assert_eq!(read(request, LIMITS).await.unwrap_err(), EarlyRefusal::BrokenBody);
    }
}
