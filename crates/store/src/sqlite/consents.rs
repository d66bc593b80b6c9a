//! Remembered consents in SQLite. Those of deleted clients are dead by the join and go with the sweep.

use async_trait::async_trait;
use pixie_provider::store::{Consent, Consents, NewEvent, RevokeGrants, StoreError, WithdrawConsent};
use pixie_provider::{ClientKey, UserId};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{SqliteStore, revoke};
use crate::rows::{self, Id};

const CONSENTS: &str =
    "SELECT user, client, scope, granted_at FROM consents JOIN clients ON clients.key = consents.client";

#[async_trait]
impl Consents for SqliteStore {
    async fn find_consent(&self, user: UserId, client: ClientKey) -> Result<Option<Consent>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("{CONSENTS} WHERE user = ?1 AND client = ?2"))?
                .query_row(params![user.bytes(), client.bytes()], |row| rows::consent(row))
                .optional()
        })
    }

    async fn list_consents(&self, user: UserId) -> Result<Vec<Consent>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("{CONSENTS} WHERE user = ?1 ORDER BY client"))?
                .query_map([user.bytes()], |row| rows::consent(row))?
                .collect()
        })
    }

    async fn withdraw_consent(
        &self,
        command: WithdrawConsent,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError> {
        self.write_recorded(event, |()| true, move |connection| withdraw(connection, command))
            .await
    }
}

/// Replaces what was remembered.
pub(super) fn remember(connection: &Connection, consent: &Consent) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO consents (user, client, scope, granted_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (user, client) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at",
        )?
        .execute(params![
            consent.user.bytes(),
            consent.client.bytes(),
            consent.scope.to_string(),
            consent.granted_at.seconds(),
        ])
        .map(drop)
}

fn withdraw(connection: &Connection, command: WithdrawConsent) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM consents WHERE user = ?1 AND client = ?2")?
        .execute(params![command.user.bytes(), command.client.bytes()])?;
    let theirs = RevokeGrants {
        user: Some(command.user),
        client: Some(command.client),
        now: command.now,
    };
    revoke::grants(connection, theirs).map(drop)
}
