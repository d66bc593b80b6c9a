//! A keep-alive HTTP/1.1 connection (RFC 9112) that tells a lost answer from a refused one, and a slow one from both.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::failure::{Failure, Outcome};
use crate::stopwatch::Stopwatch;

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Reply {
    /// An answer other than 503.
    Answered(Answer),
    /// 503 with `Retry-After`: nothing is promised.
    Unavailable,
    /// No answer came.
    Lost(Lost),
}

/// How an answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Nobody took the connection: nothing was done.
    NotSent,
    /// The connection ended before the first byte of the answer: it may have been done.
    Unanswered,
    /// The connection ended in the middle of the answer.
    CutOff,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Every cookie that it sets.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &str> {
        self.head.lines().filter_map(|line| value(line, "set-cookie"))
    }

    /// The body as JSON; `Null` where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The answer as the end of a sentence.
    pub(crate) fn said(&self) -> String {
        let body: String = self.body.chars().take(300).collect();
        format!("was answered {} {body}", self.status)
    }
}

/// A connection to one node, made when it is needed and again after it was lost.
pub(crate) struct Connection {
    address: SocketAddr,
    patience: Duration,
    stream: Option<TcpStream>,
    /// The slowest answer until now.
    pub(crate) slowest: Duration,
}

impl Connection {
    /// A connection on which an answer that comes later than this is a failure.
    pub(crate) fn to(address: SocketAddr, patience: Duration) -> Self {
        Self {
            address,
            patience,
            stream: None,
            slowest: Duration::ZERO,
        }
    }

    /// Another connection to the same node.
    pub(crate) fn again(&self) -> Self {
        Self::to(self.address, self.patience)
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// No answer in time, no HTTP, or a 503 that does not say when to try again.
    pub(crate) async fn exchange(&mut self, request: &str) -> Outcome<Reply> {
        let watch = Stopwatch::start();
        let asked = request.lines().next().unwrap_or_default();
        let asked = asked.split('?').next().unwrap_or_default();
        let Ok(reply) = timeout(self.patience, self.try_exchange(request)).await else {
            self.stream = None;
            let seconds = self.patience.as_secs();
            return Err(Failure::because(format!(
                "{asked} had no answer after {seconds} s: a hang"
            )));
        };
        self.slowest = self.slowest.max(watch.elapsed());
        match reply {
            Ok(Ok(answer)) if answer.status == 503 => {
                Failure::unless(answer.header("retry-after").is_some(), || {
                    format!("{asked} {} without Retry-After", answer.said())
                })?;
                Ok(Reply::Unavailable)
            }
            Ok(Ok(answer)) => Ok(Reply::Answered(answer)),
            Ok(Err(failure)) => Err(failure),
            Err(lost) => {
                self.stream = None;
                Ok(Reply::Lost(lost))
            }
        }
    }

    /// An answer that must come.
    ///
    /// # Errors
    /// It did not, or was a 503.
    pub(crate) async fn demand(&mut self, request: &str) -> Outcome<Answer> {
        let asked = request.lines().next().unwrap_or_default().to_owned();
        // A connection that was kept may have been closed for its idleness: one more try on a new one tells.
        let idle = self.stream.is_some();
        let mut reply = self.exchange(request).await?;
        if idle && matches!(reply, Reply::Lost(Lost::Unanswered)) {
            reply = self.exchange(request).await?;
        }
        match reply {
            Reply::Answered(answer) => Ok(answer),
            Reply::Unavailable => Err(Failure::because(format!("{asked} was answered 503"))),
            Reply::Lost(lost) => Err(Failure::because(format!("{asked} got no answer ({lost:?})"))),
        }
    }

    async fn try_exchange(&mut self, request: &str) -> Result<Outcome<Answer>, Lost> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address).await.map_err(|_| Lost::NotSent)?,
        };
        stream
            .write_all(request.as_bytes())
            .await
            .map_err(|_| Lost::Unanswered)?;
        let answer = read(&mut stream).await?;
        let closes = |answer: &Answer| {
            answer
                .header("connection")
                .is_some_and(|value| value.eq_ignore_ascii_case("close"))
        };
        if answer.as_ref().is_ok_and(|answer| !closes(answer)) {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads one answer; its length is said in its head.
pub(crate) async fn read(stream: &mut TcpStream) -> Result<Outcome<Answer>, Lost> {
    let mut received = Vec::with_capacity(8 * 1024);
    loop {
        if let Some(answer) = whole(&received) {
            return Ok(answer);
        }
        let lost = if received.is_empty() {
            Lost::Unanswered
        } else {
            Lost::CutOff
        };
        match stream.read_buf(&mut received).await {
            Ok(0) | Err(_) => return Err(lost),
            Ok(_) => {}
        }
    }
}

fn header<'head>(head: &'head str, name: &str) -> Option<&'head str> {
    head.lines().find_map(|line| value(line, name))
}

/// The value of a header line, if it has this name.
fn value<'line>(line: &'line str, name: &str) -> Option<&'line str> {
    let (found, value) = line.split_once(':')?;
    found.eq_ignore_ascii_case(name).then(|| value.trim())
}

/// The answer, once all of it is there.
fn whole(received: &[u8]) -> Option<Outcome<Answer>> {
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(received.get(..end)?).into_owned();
    let body = received.get(end + 4..)?;
    let status = head
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok());
    let Some(status) = status else {
        return Some(Err(Failure::because("an answer is not HTTP/1.1")));
    };
    let mut answer = Answer {
        status,
        head,
        body: String::new(),
    };
    let length = match answer.header("content-length").map(str::parse::<usize>) {
        Some(Ok(length)) => length,
        None if status == 204 => 0,
        _ => {
            let sentence = format!("an answer with status {status} has no length");
            return Some(Err(Failure::because(sentence)));
        }
    };
    if body.len() < length {
        return None;
    }
    answer.body = String::from_utf8_lossy(body).into_owned();
    Some(Ok(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        let text = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nRetry-After: 1\r\n\r\nhello";
        assert!(whole(&text[..text.len() - 1]).is_none());
        let answer = whole(text).unwrap().unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (400, "hello"));
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(whole(b"SSH-2.0\r\n\r\n").unwrap().is_err());
    }
}
