//! One answer: if it ends, and what stands in it (RFC 9112 sections 4 to 6).

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::{Failure, Outcome};

/// Characters of a body that a failure quotes.
const MAX_QUOTED: usize = 400;

/// Why no whole answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionError {
    /// The connection ended before the first byte: the request may have been done.
    Unanswered,
    /// The connection ended in the middle of the answer.
    CutOff,
    /// The received bytes are no HTTP/1.1 response with a length.
    NotHttp(String),
}

impl ConnectionError {
    /// The connection ended after these bytes of an answer.
    pub(super) fn after(received: &[u8]) -> Self {
        if received.is_empty() {
            Self::Unanswered
        } else {
            Self::CutOff
        }
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered => formatter.write_str("the connection ended without an answer"),
            Self::CutOff => formatter.write_str("the connection ended in the middle of an answer"),
            Self::NotHttp(what) => formatter.write_str(what),
        }
    }
}

impl std::error::Error for ConnectionError {}

/// A whole answer.
#[derive(Clone)]
pub struct Answer<'connection> {
    /// The status code.
    pub status: u16,
    head: Cow<'connection, [u8]>,
    /// The body.
    pub body: Cow<'connection, [u8]>,
}

impl Answer<'_> {
    /// The first header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        headers(&self.head, name).next()
    }

    /// Every header of this name, in any case.
    pub fn headers<'answer>(&'answer self, name: &'answer str) -> impl Iterator<Item = &'answer str> {
        headers(&self.head, name)
    }

    /// The value of a string member of a JSON body, for values that need no escapes, such as tokens.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&str> {
        let body = std::str::from_utf8(&self.body).ok()?;
        let (_, after) = body.split_once(&format!("\"{name}\""))?;
        let value = after
            .trim_start()
            .strip_prefix(':')?
            .trim_start()
            .strip_prefix('"')?;
        value.split('"').next()
    }

    /// The body as JSON; `Null` if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A parameter of the address to which the browser is sent.
    #[must_use]
    pub fn location_param(&self, name: &str) -> Option<String> {
        let (_, query) = self.header("location")?.split_once('?')?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The end of a sentence that begins with a request: its status and the beginning of its body.
    #[must_use]
    pub fn quoted(&self) -> String {
        let body: String = self.text().chars().take(MAX_QUOTED).collect();
        format!("was answered {} {body}", self.status)
    }

    /// Fails unless the status is one of these.
    ///
    /// # Errors
    /// It is another one.
    pub fn expect(&self, request: &str, statuses: &[u16]) -> Outcome {
        Failure::unless(statuses.contains(&self.status), || {
            format!("{request} {}", self.quoted())
        })
    }

    /// The same answer apart from its connection.
    #[must_use]
    pub fn into_owned(self) -> Answer<'static> {
        Answer {
            status: self.status,
            head: Cow::Owned(self.head.into_owned()),
            body: Cow::Owned(self.body.into_owned()),
        }
    }
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = String::from_utf8_lossy(&self.head);
        write!(formatter, "{head}{}", self.text())
    }
}

/// The positions of the parts of a whole response in the received bytes.
pub(super) struct Parts {
    status: u16,
    head: usize,
}

impl Parts {
    pub(super) fn of(self, received: &[u8]) -> Answer<'_> {
        let (head, body) = received.split_at(self.head);
        Answer {
            status: self.status,
            head: Cow::Borrowed(head),
            body: Cow::Borrowed(body),
        }
    }
}

/// The answer, once all of it is there.
pub(super) fn whole(received: &[u8]) -> Result<Option<Parts>, ConnectionError> {
    let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, body) = received.split_at(end + 4);
    let status = head
        .strip_prefix(b"HTTP/1.1 ")
        .and_then(|rest| std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok())
        .ok_or_else(|| {
            ConnectionError::NotHttp("an answer does not begin with an HTTP/1.1 status line".to_owned())
        })?;
    let length: usize = match headers(head, "content-length").next().map(str::parse) {
        Some(Ok(length)) => length,
        None if status == 204 => 0,
        _ => {
            let sentence = format!("an answer with status {status} has no content-length");
            return Err(ConnectionError::NotHttp(sentence));
        }
    };
    match body.len() {
        received if received < length => Ok(None),
        received if received > length => Err(ConnectionError::NotHttp(
            "the server sent more than one answer to one request".to_owned(),
        )),
        _ => Ok(Some(Parts {
            status,
            head: end + 4,
        })),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] =
        b"HTTP/1.1 303 See Other\r\nLocation: /o/login/\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n";

    fn answer(body: &'static [u8]) -> Answer<'static> {
        Answer {
            status: 303,
            head: Cow::Borrowed(HEAD),
            body: Cow::Borrowed(body),
        }
    }

    #[test]
    fn header_names_have_no_case() {
        let answer = answer(b"");
        assert_eq!(answer.header("location"), Some("/o/login/"));
        assert_eq!(answer.headers("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(answer.header("locatio"), None);
    }

    #[test]
    fn a_member_is_read_from_json() {
        let answer = answer(br#"{"a": "no", "access_token" : "yes"}"#);
        assert_eq!(answer.member("access_token"), Some("yes"));
        assert_eq!(answer.member("refresh_token"), None);
    }

    #[test]
    fn another_status_is_a_failure() {
        let answer = answer(b"");
        assert!(answer.expect("it", &[302, 303]).is_ok());
        assert!(answer.expect("it", &[200]).is_err());
    }

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        let text = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nRetry-After: 1\r\n\r\nhello";
        assert!(whole(&text[..text.len() - 1]).unwrap().is_none());
        let answer = whole(text).unwrap().unwrap().of(text);
        assert_eq!((answer.status, answer.text().as_str()), (400, "hello"));
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(whole(b"SSH-2.0\r\n\r\n").is_err());
    }
}
