//! Remembered consents in SQLite. Those of deleted clients are dead by the join and go with the sweep.

use async_trait::async_trait;
use pixie_provider::store::{Consent, Consents, NewEvent, RevokeGrants, StoreError, WithdrawConsent};
use pixie_provider::{AccountId, ClientKey};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{SqliteStore, revoke};
use crate::rows::{self, Id};

const CONSENTS: &str = "SELECT user, client, scope, granted_at, device_uri FROM consents JOIN clients ON clients.key = consents.client";

#[async_trait]
impl Consents for SqliteStore {
    async fn find_consent(
        &self,
        account: AccountId,
        client: ClientKey,
        device_uri: Option<&str>,
    ) -> Result<Option<Consent>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "{CONSENTS} WHERE user = ?1 AND client = ?2 AND device_uri = ?3"
                ))?
                .query_row(
                    params![account.bytes(), client.bytes(), device_uri.unwrap_or_default()],
                    |row| rows::consent(row),
                )
                .optional()
        })
    }

    async fn list_consents(&self, account: AccountId) -> Result<Vec<Consent>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("{CONSENTS} WHERE user = ?1 ORDER BY client, device_uri"))?
                .query_map([account.bytes()], |row| rows::consent(row))?
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
            "INSERT INTO consents (user, client, scope, granted_at, device_uri) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (user, client, device_uri) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at",
        )?
        .execute(params![
            consent.account.bytes(),
            consent.client.bytes(),
            consent.scope.to_string(),
            consent.granted_at.seconds(),
            consent.device_uri.as_deref().unwrap_or_default(),
        ])
        .map(drop)
}

fn withdraw(connection: &Connection, command: WithdrawConsent) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM consents WHERE user = ?1 AND client = ?2")?
        .execute(params![command.account.bytes(), command.client.bytes()])?;
    let theirs = RevokeGrants {
        account: Some(command.account),
        client: Some(command.client),
        now: command.now,
    };
    revoke::grants(connection, theirs).map(drop)
}
