//! Clients that wait for the notification that a session has ended, in Postgres (OpenID Connect Back-Channel Logout
//! section 2.5).

use async_trait::async_trait;
use pixie_provider::store::{LeaseLogouts, LogoutDelivery, Logouts, RetryLogout, StoreError};
use pixie_provider::{ClientKey, SessionId};

use super::PostgresStore;
use super::columns::Result;
use super::statement::statement;
use crate::rows;

const ANY_DUE: &str = "SELECT 1 FROM logout_deliveries WHERE due_at <= $1 LIMIT 1";

/// Skips the rows that another node is leasing at this moment.
const LEASE: &str = "WITH due AS (
        SELECT session, client, due_at FROM logout_deliveries
        WHERE due_at <= $1 ORDER BY due_at, session, client LIMIT $3 FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE logout_deliveries AS delivery SET due_at = $2, attempts = attempts + 1
        FROM due WHERE delivery.session = due.session AND delivery.client = due.client
        RETURNING delivery.session, delivery.client, user_id, attempts, ended_at, subject, due.due_at AS was_due_at
    )
    SELECT session, client, user_id, attempts, ended_at, subject FROM leased ORDER BY was_due_at, session, client";

const FINISH: &str = "DELETE FROM logout_deliveries WHERE session = $1 AND client = $2";

const RETRY: &str = "UPDATE logout_deliveries SET due_at = $3 WHERE session = $1 AND client = $2";

#[async_trait]
impl Logouts for PostgresStore {
    async fn lease_logouts(
        &self,
        command: LeaseLogouts,
    ) -> std::result::Result<Vec<LogoutDelivery>, StoreError> {
        // Every node asks every few seconds, nearly always for nothing: this read comes before any command.
        if self.read(statement!(ANY_DUE, command.now)).await?.is_empty() {
            return Ok(Vec::new());
        }
        let lease = statement!(LEASE, command.now, command.leased_until, command.limit);
        let leased = self.write(lease).await?;
        Ok(leased.iter().map(rows::logout_delivery).collect::<Result<_>>()?)
    }

    async fn finish_logout(
        &self,
        session: SessionId,
        client: ClientKey,
    ) -> std::result::Result<(), StoreError> {
        self.write(statement!(FINISH, session, client)).await.map(drop)
    }

    async fn retry_logout(&self, command: RetryLogout) -> std::result::Result<(), StoreError> {
        let retry = statement!(RETRY, command.session, command.client, command.due_at);
        self.write(retry).await.map(drop)
    }
}
