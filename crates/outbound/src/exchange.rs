//! One HTTP/1.1 request and its answer on one connection (RFC 9112).

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use pixie_provider::OutboundError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;

/// The longest head of an answer that is read, in bytes.
const MAX_HEAD_LENGTH: usize = 32 * 1024;

/// An answer whose body is still to come. Dropping it closes the connection.
pub(crate) struct Answer {
    pub(crate) response: Response<Incoming>,
    /// Drives the connection, and ends with the answer.
    _connection: JoinSet<hyper::Result<()>>,
}

/// Sends the request and reads the head of the answer.
pub(crate) async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, OutboundError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_LENGTH)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| reason(&error))?;
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender
        .send_request(request)
        .await
        .map_err(|error| reason(&error))?;
    Ok(Answer {
        response,
        _connection: driver,
    })
}

impl Answer {
    /// Reads the body to its end, but no more than so many bytes of it. What the answer says of its own length counts
    /// for nothing.
    pub(crate) async fn read(mut self, max_bytes: usize) -> Result<Vec<u8>, OutboundError> {
        let mut read = Vec::new();
        let body = self.response.body_mut();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| reason(&error))?;
            let piece = frame.data_ref().map_or(&[][..], |piece| piece);
            if piece.len() > max_bytes - read.len() {
                return Err(OutboundError::TooLarge);
            }
            read.extend_from_slice(piece);
        }
        Ok(read)
    }
}

fn reason(error: &hyper::Error) -> OutboundError {
    if error.is_parse() {
        OutboundError::NotHttp
    } else {
        OutboundError::Connection
    }
}
