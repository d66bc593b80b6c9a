//! The reasons why a store did not do a command, and the answer that callers get.

use thiserror::Error;

/// A store did not do what it was asked, and acknowledged nothing. The text says what happened and what an operator does
/// about it: it is for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room on its disk. Reads go on.
    #[error("the store is full: {0}")]
    Full(String),
    /// It has more to do than it can, or another program holds it.
    #[error("the store is busy: {0}")]
    Busy(String),
    /// It is away, closed, or takes no writes.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// The stored contents cannot be read.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// Anything else, such as a table that another program took away.
    #[error("the store failed: {0}")]
    Internal(String),
}

/// The answer that a caller gets for a [`StoreError`]. It names nothing that only operators may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreErrorAnswer {
    /// The problem: a sentence without its full stop.
    pub happened: &'static str,
    /// The advice to the caller: the end of that sentence.
    pub advice: &'static str,
    /// Seconds after which trying again may help.
    pub retry_after: i64,
}

impl StoreError {
    /// The answer that the caller gets. The status is 503 for each of them: nothing was done, and the same request
    /// succeeds once the store is well.
    pub const fn answer(&self) -> StoreErrorAnswer {
        let (happened, advice, retry_after) = match self {
            Self::Full(_) => (
                "The server has no room to store anything now",
                "try again later",
                60,
            ),
            Self::Busy(_) => ("The server is too busy to answer now", "try again shortly", 1),
            Self::Unreachable(_) => (
                "The server cannot reach its database now",
                "try again in a few seconds",
                5,
            ),
            Self::Damaged(_) => (
                "The server cannot read a part of its database",
                "tell its operator, and try again later",
                300,
            ),
            Self::Internal(_) => ("The server cannot answer now", "try again shortly", 1),
        };
        StoreErrorAnswer {
            happened,
            advice,
            retry_after,
        }
    }
}

impl StoreError {
    /// The problem and the advice to the operator, for the log and for commands.
    pub fn reason(&self) -> &str {
        let (Self::Full(reason)
        | Self::Busy(reason)
        | Self::Unreachable(reason)
        | Self::Damaged(reason)
        | Self::Internal(reason)) = self;
        reason
    }
}

impl StoreErrorAnswer {
    /// The whole sentence, for developers.
    pub fn description(&self) -> String {
        format!("{}; {}.", self.happened, self.advice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> [StoreError; 5] {
        let text = || "what only operators may know".to_owned();
        [
            StoreError::Full(text()),
            StoreError::Busy(text()),
            StoreError::Unreachable(text()),
            StoreError::Damaged(text()),
            StoreError::Internal(text()),
        ]
    }

    #[test]
    fn each_failure_has_its_own_sentence_and_none_tells_of_the_inside() {
        let mut descriptions: Vec<String> =
            every().iter().map(|error| error.answer().description()).collect();
        assert!(
            descriptions
                .iter()
                .all(|sentence| !sentence.contains("operators may know"))
        );
        descriptions.sort();
        descriptions.dedup();
        assert_eq!(descriptions.len(), every().len());
    }

    #[test]
    fn what_passes_by_itself_is_tried_again_sooner_than_what_somebody_must_repair() {
        let seconds = every().map(|error| error.answer().retry_after);
        let [full, busy, unreachable, damaged, internal] = seconds;
        assert!(busy == internal && busy < unreachable && unreachable < full && full < damaged);
    }
}
