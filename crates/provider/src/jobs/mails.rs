//! Sends the mails that are due.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::context::Context;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::events::provider_metrics::MailOutcome;
use crate::mail::MailError;
use crate::outbox::Outbox;
use crate::store::{LeaseMails, RetryMail, StoreError, WaitingMail};

/// The longest time from one look for due mails to the next. Retries, and mails that other processes store, wait for it.
const INTERVAL: Duration = Duration::from_secs(2);

/// Mails that one process sends at the same time: mail servers limit the connections of one client.
const AT_ONCE: u32 = 4;

/// The longest time of one attempt.
const ATTEMPT: Duration = Duration::from_secs(60);

/// Seconds after which another process may send what this one took; an attempt takes [`ATTEMPT`] at most.
const LEASE: i64 = 120;

/// Seconds from one attempt to the next. The last pause repeats until the mail expires.
const PAUSES: [i64; 7] = [5, 30, 60, 300, 900, 1800, 3600];

/// The results of the mails that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentMails {
    /// Mails that the transport took.
    pub sent: u32,
    /// Mails that will be tried again.
    pub postponed: u32,
    /// Mails whose recipient or text was refused for good.
    pub given_up: u32,
    /// Mails that could not be sent before they expired.
    pub expired: u32,
}

/// Sends as soon as a mail of this process is stored, and every two seconds. Without mail there is nothing to do, for ever.
pub(super) async fn keep_sending(context: Arc<Context>) -> Infallible {
    let Some(outbox) = &context.outbox else {
        return std::future::pending().await;
    };
    loop {
        if let Err(cause) = send_due_mails(&context).await {
            tracing::error!(%cause, "mails could not be sent; trying again in two seconds");
        }
        // The next round starts in either case.
        let _ = timeout(INTERVAL, outbox.mail_queued()).await;
    }
}

/// Sends every mail that is due, a few at the same time.
pub(crate) async fn send_due_mails(context: &Arc<Context>) -> Result<SentMails, StoreError> {
    let mut results = SentMails::default();
    loop {
        let now = context.base.now();
        let lease = LeaseMails {
            now,
            leased_until: now.plus(LEASE),
            limit: AT_ONCE,
        };
        let leased = context.base.store.lease_mails(lease).await?;
        if leased.is_empty() {
            return Ok(results);
        }
        let mut under_way = JoinSet::new();
        for mail in leased {
            let context = Arc::clone(context);
            under_way.spawn(async move { deliver(&context, mail).await });
        }
        while let Some(finished) = under_way.join_next().await {
            // A task that panicked has left its lease, which runs out.
            let outcome = finished.unwrap_or(Ok(MailOutcome::Postponed))?;
            context.base.metrics.mail(outcome);
            match outcome {
                MailOutcome::Sent => results.sent += 1,
                MailOutcome::Postponed => results.postponed += 1,
                MailOutcome::GivenUp => results.given_up += 1,
                MailOutcome::Expired => results.expired += 1,
            }
        }
    }
}

async fn deliver(context: &Context, waiting: WaitingMail) -> Result<MailOutcome, StoreError> {
    let (base, id) = (&context.base, waiting.id);
    let outcome = match &context.outbox {
        Some(outbox) => attempt(context, outbox, &waiting).await,
        None => MailOutcome::Postponed,
    };
    match outcome {
        MailOutcome::Postponed => {
            let due_at = base.now().plus(pause(waiting.attempts));
            base.store.retry_mail(RetryMail { id, due_at }).await?;
        }
        MailOutcome::Sent | MailOutcome::GivenUp | MailOutcome::Expired => {
            base.store.finish_mail(id).await?;
            let (kind, account) = (waiting.kind, waiting.account);
            let event = match outcome {
                MailOutcome::Sent => Event::MailSent { kind, account },
                _ => Event::MailGivenUp { kind, account },
            };
            base.happened(Actor::System, &event);
        }
    }
    Ok(outcome)
}

async fn attempt(context: &Context, outbox: &Outbox, waiting: &WaitingMail) -> MailOutcome {
    let (id, kind, attempt) = (waiting.id, waiting.kind, waiting.attempts);
    if context.base.now() >= waiting.expires_at {
        tracing::warn!(mail = %id, %kind, attempts = attempt - 1, "a mail was not sent before it expired; it is dropped");
        return MailOutcome::Expired;
    }
    let Some(mail) = outbox.open(waiting) else {
        tracing::error!(mail = %id, %kind, "a stored mail cannot be opened with this master key; it is dropped");
        return MailOutcome::GivenUp;
    };
    let domain = mail.to.domain();
    let sent = timeout(ATTEMPT, outbox.send(&mail)).await;
    match sent.unwrap_or(Err(MailError::TimedOut)) {
        Ok(()) => {
            tracing::info!(mail = %id, %kind, domain, attempt, "a mail was sent");
            MailOutcome::Sent
        }
        Err(reason) if reason.is_final() => {
            tracing::warn!(mail = %id, %kind, domain, attempt, %reason, "a mail was not sent; given up");
            MailOutcome::GivenUp
        }
        Err(reason) => {
            let pause = pause(attempt);
            tracing::warn!(mail = %id, %kind, domain, attempt, %reason, pause, "a mail was not sent; trying again");
            MailOutcome::Postponed
        }
    }
}

/// The pause after so many attempts, in seconds.
fn pause(attempts: u32) -> i64 {
    let made = usize::try_from(attempts).unwrap_or(usize::MAX);
    let index = made.saturating_sub(1).min(PAUSES.len() - 1);
    PAUSES[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_stay_there() {
        assert_eq!([1, 2, 7, 8, 1000].map(pause), [5, 30, 3600, 3600, 3600]);
        assert!(PAUSES.is_sorted());
    }

    #[test]
    fn a_lease_outlasts_an_attempt() {
        assert!(Duration::from_secs(LEASE.unsigned_abs()) > ATTEMPT);
    }
}
