//! A connection to a node that tells a lost answer from a refused one, and a slow one from both.

use std::net::SocketAddr;
use std::time::Duration;

use pixie_testing::wire::{self, ConnectionError};
use pixie_testing::{Failure, Outcome, Stopwatch};
use tokio::time::timeout;

/// A whole answer, apart from its connection.
pub(crate) type Answer = wire::Answer<'static>;

/// The outcome of a request.
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

/// A connection to one node, made when it is needed and again after it was lost.
pub(crate) struct Connection {
    address: SocketAddr,
    patience: Duration,
    open: Option<wire::Connection>,
    /// The slowest answer until now.
    pub(crate) slowest: Duration,
}

impl Connection {
    /// A connection on which an answer that comes later than this is a failure.
    pub(crate) fn to(address: SocketAddr, patience: Duration) -> Self {
        Self {
            address,
            patience,
            open: None,
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
        let path = request.lines().next().unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let Ok(reply) = timeout(self.patience, self.try_exchange(request)).await else {
            self.open = None;
            let seconds = self.patience.as_secs();
            return Err(Failure::because(format!(
                "{path} had no answer after {seconds} s: a hang"
            )));
        };
        self.slowest = self.slowest.max(watch.elapsed());
        match reply {
            Ok(Ok(answer)) if answer.status == 503 => {
                Failure::unless(answer.header("retry-after").is_some(), || {
                    format!("{path} {} without Retry-After", answer.quoted())
                })?;
                Ok(Reply::Unavailable)
            }
            Ok(Ok(answer)) => Ok(Reply::Answered(answer)),
            Ok(Err(failure)) => Err(failure),
            Err(lost) => {
                self.open = None;
                Ok(Reply::Lost(lost))
            }
        }
    }

    /// An answer that must come.
    ///
    /// # Errors
    /// It did not, or was a 503.
    pub(crate) async fn demand(&mut self, request: &str) -> Outcome<Answer> {
        let path = request.lines().next().unwrap_or_default().to_owned();
        // A connection that was kept may have been closed for its idleness: one more try on a new one tells.
        let idle = self.open.is_some();
        let mut reply = self.exchange(request).await?;
        if idle && matches!(reply, Reply::Lost(Lost::Unanswered)) {
            reply = self.exchange(request).await?;
        }
        match reply {
            Reply::Answered(answer) => Ok(answer),
            Reply::Unavailable => Err(Failure::because(format!("{path} was answered 503"))),
            Reply::Lost(lost) => Err(Failure::because(format!("{path} got no answer ({lost:?})"))),
        }
    }

    async fn try_exchange(&mut self, request: &str) -> Result<Outcome<Answer>, Lost> {
        let mut connection = match self.open.take() {
            Some(connection) => connection,
            None => wire::Connection::open(self.address)
                .await
                .map_err(|_| Lost::NotSent)?,
        };
        let answer = match connection.exchange(request.as_bytes()).await {
            Ok(answer) => answer.into_owned(),
            Err(ConnectionError::Unanswered) => return Err(Lost::Unanswered),
            Err(ConnectionError::CutOff) => return Err(Lost::CutOff),
            Err(ConnectionError::NotHttp(why)) => return Ok(Err(Failure::because(why))),
        };
        let closes = answer
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if !closes {
            self.open = Some(connection);
        }
        Ok(Ok(answer))
    }
}
