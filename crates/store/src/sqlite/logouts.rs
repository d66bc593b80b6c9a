//! Clients that wait for the notification that a session has ended, in SQLite (OpenID Connect Back-Channel Logout
//! section 2.5).

use async_trait::async_trait;
use pixie_provider::store::{LeaseLogouts, LogoutDelivery, Logouts, RetryLogout, StoreError};
use pixie_provider::{ClientKey, SessionId};
use rusqlite::{Connection, Result, params};

use super::SqliteStore;
use crate::rows::{self, Id};

pub(super) const ANY_DUE: &str = "SELECT 1 FROM logout_deliveries WHERE due_at <= ?1";

/// The attempt that is about to be made counts.
pub(super) const DUE: &str =
    "SELECT session, client, user, attempts + 1, ended_at, subject FROM logout_deliveries
     WHERE due_at <= ?1 ORDER BY due_at, session, client LIMIT ?2";

pub(super) const LEASE: &str = "UPDATE logout_deliveries SET due_at = ?3, attempts = attempts + 1
     WHERE session = ?1 AND client = ?2";

#[async_trait]
impl Logouts for SqliteStore {
    async fn lease_logouts(&self, command: LeaseLogouts) -> Result<Vec<LogoutDelivery>, StoreError> {
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

    async fn finish_logout(&self, session: SessionId, client: ClientKey) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection
                .prepare_cached("DELETE FROM logout_deliveries WHERE session = ?1 AND client = ?2")?
                .execute(params![session.bytes(), client.bytes()])
                .map(drop)
        })
        .await
    }

    async fn retry_logout(&self, command: RetryLogout) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "UPDATE logout_deliveries SET due_at = ?3 WHERE session = ?1 AND client = ?2",
                )?
                .execute(params![
                    command.session.bytes(),
                    command.client.bytes(),
                    command.due_at.seconds(),
                ])
                .map(drop)
        })
        .await
    }
}

/// Nobody comes between the two statements: their transaction is the only one that writes from its beginning on.
fn lease(connection: &Connection, command: LeaseLogouts) -> Result<Vec<LogoutDelivery>> {
    let leased: Vec<LogoutDelivery> = connection
        .prepare_cached(DUE)?
        .query_map(params![command.now.seconds(), command.limit], |row| {
            rows::logout_delivery(row)
        })?
        .collect::<Result<_>>()?;
    let mut lease = connection.prepare_cached(LEASE)?;
    for one in &leased {
        lease.execute(params![
            one.session.bytes(),
            one.client.bytes(),
            command.leased_until.seconds(),
        ])?;
    }
    Ok(leased)
}
