//! Mails that wait to be sent, in SQLite.

use async_trait::async_trait;
use pixie_provider::MailId;
use pixie_provider::store::{LeaseMails, Mails, NewMail, QueueMail, RetryMail, StoreError, WaitingMail};
use rusqlite::{Connection, Result, params};

use super::SqliteStore;
use crate::rows::{self, Id};

/// A mail about an account that is gone is not stored, and none if too many wait.
const QUEUE: &str = "INSERT INTO mails (id, kind, user, sealed, created_at, expires_at, due_at, attempts)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?5, 0
     WHERE (SELECT count(*) FROM mails) < ?7 AND (?3 IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = ?3))";

pub(super) const ANY_DUE: &str = "SELECT 1 FROM mails WHERE due_at <= ?1";

/// The attempt that is about to be made counts.
pub(super) const DUE: &str = "SELECT id, kind, user, sealed, attempts + 1, created_at, expires_at FROM mails
     WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2";

pub(super) const LEASE: &str = "UPDATE mails SET due_at = ?2, attempts = attempts + 1 WHERE id = ?1";

const FINISH: &str = "DELETE FROM mails WHERE id = ?1";

const RETRY: &str = "UPDATE mails SET due_at = ?2 WHERE id = ?1";

#[async_trait]
impl Mails for SqliteStore {
    async fn queue_mail(&self, mail: NewMail) -> Result<QueueMail, StoreError> {
        self.write(move |connection| queue(connection, &mail)).await
    }

    async fn lease_mails(&self, command: LeaseMails) -> Result<Vec<WaitingMail>, StoreError> {
        // Every node asks every few seconds, nearly always for nothing: this read comes before the writer.
        let due = self.read(|connection| {
            connection
                .prepare_cached(ANY_DUE)?
                .exists([command.now.seconds()])
        })?;
        if !due {
            return Ok(Vec::new());
        }
        self.write(move |connection| lease(connection, command)).await
    }

    async fn finish_mail(&self, id: MailId) -> Result<(), StoreError> {
        self.write(move |connection| connection.prepare_cached(FINISH)?.execute([id.bytes()]).map(drop))
            .await
    }

    async fn retry_mail(&self, command: RetryMail) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection
                .prepare_cached(RETRY)?
                .execute(params![command.id.bytes(), command.due_at.seconds()])
                .map(drop)
        })
        .await
    }
}

/// Stores the mail about a change in the transaction of that change.
pub(super) fn queue_with(connection: &Connection, mail: Option<&NewMail>) -> Result<()> {
    let Some(mail) = mail else {
        return Ok(());
    };
    if queue(connection, mail)? == QueueMail::Dropped {
        tracing::warn!(kind = %mail.kind, "too many mails wait to be sent; a mail was dropped");
    }
    Ok(())
}

fn queue(connection: &Connection, mail: &NewMail) -> Result<QueueMail> {
    let stored = connection.prepare_cached(QUEUE)?.execute(params![
        mail.id.bytes(),
        mail.kind.as_str(),
        mail.account.map(Id::bytes),
        mail.sealed,
        mail.created_at.seconds(),
        mail.expires_at.seconds(),
        mail.max_waiting,
    ])?;
    Ok(if stored == 1 {
        QueueMail::Queued
    } else {
        QueueMail::Dropped
    })
}

/// Nobody comes between the two statements: their transaction is the only one that writes from its beginning on.
fn lease(connection: &Connection, command: LeaseMails) -> Result<Vec<WaitingMail>> {
    let leased: Vec<WaitingMail> = connection
        .prepare_cached(DUE)?
        .query_map(params![command.now.seconds(), command.limit], |row| {
            rows::waiting_mail(row)
        })?
        .collect::<Result<_>>()?;
    let mut lease = connection.prepare_cached(LEASE)?;
    for mail in &leased {
        lease.execute(params![mail.id.bytes(), command.leased_until.seconds()])?;
    }
    Ok(leased)
}
