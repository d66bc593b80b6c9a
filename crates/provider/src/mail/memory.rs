//! A transport that keeps the mails in memory: for tests, and for a demo that shows them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Mail, MailError, MailTransport};

/// Mails that are kept; the oldest goes first.
const MAX_MAILS: usize = 100;

/// Keeps the last hundred mails.
#[derive(Debug, Default)]
pub struct MemoryMailTransport(Mutex<Mails>);

#[derive(Debug, Default)]
struct Mails {
    sent: VecDeque<Mail>,
    failure: Option<MailError>,
    loses_answer: bool,
    attempts: usize,
}

impl MemoryMailTransport {
    /// The mails, the oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().sent.iter().cloned().collect()
    }

    /// From now on sending fails with this error, or succeeds if there is none.
    pub fn fail_with(&self, failure: Option<MailError>) {
        self.lock().failure = failure;
    }

    /// The next mail is kept, and answered as if the connection had broken after that.
    pub fn lose_next_answer(&self) {
        self.lock().loses_answer = true;
    }

    /// The number of attempts to send, failed ones included.
    pub fn attempts(&self) -> usize {
        self.lock().attempts
    }

    fn lock(&self) -> MutexGuard<'_, Mails> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl MailTransport for MemoryMailTransport {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let mut mails = self.lock();
        mails.attempts += 1;
        if let Some(failure) = &mails.failure {
            return Err(failure.clone());
        }
        if mails.sent.len() == MAX_MAILS {
            mails.sent.pop_front();
        }
        mails.sent.push_back(mail.clone());
        if std::mem::take(&mut mails.loses_answer) {
            Err(MailError::TimedOut)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::ids::MailId;
    use crate::mail::{MailAddress, RenderedMail};
    use crate::randomness::CountedRandomness;

    fn mail(number: usize) -> Mail {
        let rendered = RenderedMail {
            subject: number.to_string(),
            text: String::new(),
            html: String::new(),
        };
        Mail::new(
            MailId::new(0, &CountedRandomness::default()).unwrap(),
            Timestamp::from_seconds(0),
            MailAddress::parse("alice@example.com").unwrap(),
            rendered,
        )
    }

    #[tokio::test]
    async fn the_last_hundred_mails_are_kept() {
        let transport = MemoryMailTransport::default();
        for number in 0..101 {
            assert_eq!(transport.send(&mail(number)).await, Ok(()));
        }
        let mails = transport.mails();
        assert_eq!(mails.len(), 100);
        assert_eq!(mails[0].rendered.subject, "1");
        assert_eq!(mails[99].rendered.subject, "100");
    }

    #[tokio::test]
    async fn a_lost_answer_is_lost_once_and_its_mail_is_kept() {
        let transport = MemoryMailTransport::default();
        transport.lose_next_answer();
        assert_eq!(transport.send(&mail(0)).await, Err(MailError::TimedOut));
        assert_eq!(transport.send(&mail(1)).await, Ok(()));
        assert_eq!(transport.mails().len(), 2);
    }

    #[tokio::test]
    async fn a_failed_attempt_is_counted_and_keeps_nothing() {
        let transport = MemoryMailTransport::default();
        transport.fail_with(Some(MailError::TimedOut));
        assert_eq!(transport.send(&mail(0)).await, Err(MailError::TimedOut));
        assert_eq!((transport.attempts(), transport.mails().len()), (1, 0));
        transport.fail_with(None);
        assert_eq!(transport.send(&mail(0)).await, Ok(()));
    }
}
