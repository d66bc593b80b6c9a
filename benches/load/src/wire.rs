//! A keep-alive HTTP/1.1 connection (RFC 9112) that costs as little as one can: no pool, no retries, no copies.

use crate::failure::{Failure, Outcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection and the space for its answers.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, borrowed from its connection until the next request.
pub(crate) struct Answer<'connection> {
    /// The status code.
    pub(crate) status: u16,
    head: &'connection [u8],
    /// The body.
    pub(crate) body: &'connection [u8],
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: std::net::SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let head_length = loop {
            if let Some(end) = position(&self.received, b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more().await?;
        };
        let head = self.received.get(..head_length).unwrap_or_default();
        let status = status(head)?;
        let body_length = match header(head, "content-length") {
            Some(length) => length
                .parse()
                .map_err(|_| Failure::because("a content-length is not a number"))?,
            None if status == 204 => 0,
            None => {
                return Err(Failure::because(format!(
                    "an answer with status {status} has no content-length"
                )));
            }
        };
        let length: usize = head_length + body_length;
        while self.received.len() < length {
            self.read_more().await?;
        }
        if self.received.len() > length {
            return Err(Failure::because(
                "the server sent more than one answer to one request",
            ));
        }
        let (head, body) = self.received.split_at(head_length);
        Ok(Answer { status, head, body })
    }

    async fn read_more(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err(Failure::because(
                "the server closed a connection in the middle of an answer",
            )),
            _ => Ok(()),
        }
    }
}

impl Answer<'_> {
    /// The first header of this name (lower case).
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    /// Every header of this name (lower case).
    pub(crate) fn headers<'answer>(&'answer self, name: &'answer str) -> impl Iterator<Item = &'answer str> {
        headers(self.head, name)
    }

    /// The value of a string member of a JSON body, for values that need no escapes, such as tokens.
    pub(crate) fn member(&self, name: &str) -> Option<&str> {
        let body = std::str::from_utf8(self.body).ok()?;
        let (_, after) = body.split_once(&format!("\"{name}\""))?;
        let value = after
            .trim_start()
            .strip_prefix(':')?
            .trim_start()
            .strip_prefix('"')?;
        value.split('"').next()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }

    /// Fails unless the status is one of these.
    pub(crate) fn expect(&self, what: &str, statuses: &[u16]) -> Outcome<()> {
        if statuses.contains(&self.status) {
            return Ok(());
        }
        let body: String = self.text().chars().take(300).collect();
        Err(Failure::because(format!(
            "{what} was answered {} {body}",
            self.status
        )))
    }
}

fn status(head: &[u8]) -> Outcome<u16> {
    head.strip_prefix(b"HTTP/1.1 ")
        .and_then(|rest| std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok())
        .ok_or_else(|| Failure::because("an answer does not begin with an HTTP/1.1 status line"))
}

fn header<'head>(head: &'head [u8], name: &str) -> Option<&'head str> {
    headers(head, name).next()
}

fn headers<'head>(head: &'head [u8], name: &str) -> impl Iterator<Item = &'head str> {
    head.split(|byte| *byte == b'\n').filter_map(move |line| {
        let (found, value) = line.split_at_checked(name.len())?;
        let value = value
            .strip_prefix(b":")
            .filter(|_| found.eq_ignore_ascii_case(name.as_bytes()))?;
        std::str::from_utf8(value.trim_ascii()).ok()
    })
}

fn position(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] =
        b"HTTP/1.1 303 See Other\r\nLocation: /o/login/\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n";

    #[test]
    fn header_names_have_no_case() {
        assert_eq!(header(HEAD, "location"), Some("/o/login/"));
        assert_eq!(headers(HEAD, "set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(header(HEAD, "locatio"), None);
    }

    #[test]
    fn a_member_is_read_from_json() {
        let answer = Answer {
            status: 200,
            head: HEAD,
            body: br#"{"a": "no", "access_token" : "yes"}"#,
        };
        assert_eq!(answer.member("access_token"), Some("yes"));
        assert_eq!(answer.member("refresh_token"), None);
    }

    #[test]
    fn another_status_is_a_failure() {
        let answer = Answer {
            status: status(HEAD).unwrap(),
            head: HEAD,
            body: b"",
        };
        assert!(answer.expect("it", &[302, 303]).is_ok());
        assert!(answer.expect("it", &[200]).is_err());
    }
}
