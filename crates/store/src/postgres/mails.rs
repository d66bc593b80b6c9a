//! Mails that wait to be sent, in Postgres.

use async_trait::async_trait;
use pixie_provider::store::{LeaseMails, Mails, NewMail, QueueMail, RetryMail, StoreError, WaitingMail};
use pixie_provider::{CredentialId, MailId};
use tokio_postgres::Row;

use super::PostgresStore;
use super::columns::Result;
use super::statement::{Statement, statement};
use crate::rows;

/// A mail about an account that is gone is not stored, and none if too many wait.
macro_rules! queue {
    ($condition:literal) => {
        concat!(
            "INSERT INTO mails (id, kind, user_id, sealed, created_at, expires_at, due_at, attempts)
     SELECT $1, $2, $3, $4, $5, $6, $5, 0
     WHERE (SELECT count(*) FROM mails) < $7 AND ($3 IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = $3))",
            $condition,
            " RETURNING 1"
        )
    };
}
const QUEUE: &str = queue!("");

/// Only if the account has a password, which a statement before gave it.
const QUEUE_IF: &str =
    queue!(" AND EXISTS (SELECT 1 FROM credentials WHERE credentials.user_id = $3 AND credentials.id = $8)");

const ANY_DUE: &str = "SELECT 1 FROM mails WHERE due_at <= $1 LIMIT 1";

/// Skips the rows that another node is leasing at this moment.
const LEASE: &str = "WITH due AS (
        SELECT id, due_at FROM mails WHERE due_at <= $1 ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE mails AS mail SET due_at = $2, attempts = attempts + 1
        FROM due WHERE mail.id = due.id
        RETURNING mail.id, kind, user_id, sealed, attempts, created_at, expires_at, due.due_at AS was_due_at
    )
    SELECT id, kind, user_id, sealed, attempts, created_at, expires_at FROM leased ORDER BY was_due_at, id";

const FINISH: &str = "DELETE FROM mails WHERE id = $1";

const RETRY: &str = "UPDATE mails SET due_at = $2 WHERE id = $1";

#[async_trait]
impl Mails for PostgresStore {
    async fn queue_mail(&self, mail: NewMail) -> std::result::Result<QueueMail, StoreError> {
        Ok(queued(&self.write(queue(&mail)).await?))
    }

    async fn lease_mails(&self, command: LeaseMails) -> std::result::Result<Vec<WaitingMail>, StoreError> {
        // Every node asks every few seconds, nearly always for nothing: this read comes before any command.
        if self.read(statement!(ANY_DUE, command.now)).await?.is_empty() {
            return Ok(Vec::new());
        }
        let lease = statement!(LEASE, command.now, command.leased_until, command.limit);
        let leased = self.write(lease).await?;
        Ok(leased.iter().map(rows::waiting_mail).collect::<Result<_>>()?)
    }

    async fn finish_mail(&self, id: MailId) -> std::result::Result<(), StoreError> {
        self.write(statement!(FINISH, id)).await.map(drop)
    }

    async fn retry_mail(&self, command: RetryMail) -> std::result::Result<(), StoreError> {
        self.write(statement!(RETRY, command.id, command.due_at))
            .await
            .map(drop)
    }
}

/// The statement that stores a mail, for the end of a command on the account of the mail. [`note_dropped`] takes its rows.
pub(super) fn queue(mail: &NewMail) -> Statement {
    statement!(
        QUEUE,
        mail.id,
        mail.kind.as_str(),
        mail.account,
        mail.sealed.clone(),
        mail.created_at,
        mail.expires_at,
        mail.max_waiting,
    )
}

/// As [`queue`], if the account of the mail has this credential.
pub(super) fn queue_if(mail: &NewMail, credential: CredentialId) -> Statement {
    let mut queue = queue(mail);
    queue.sql = QUEUE_IF.into();
    queue.values.push(credential.into());
    queue
}

/// Logs that the mail of a command was not stored, if it is so.
pub(super) fn note_dropped(mail: &NewMail, rows: &[Row]) {
    if queued(rows) == QueueMail::Dropped {
        tracing::warn!(kind = %mail.kind, "too many mails wait to be sent; a mail was dropped");
    }
}

fn queued(rows: &[Row]) -> QueueMail {
    if rows.is_empty() {
        QueueMail::Dropped
    } else {
        QueueMail::Queued
    }
}
