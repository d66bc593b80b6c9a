//! Remembered consents in Postgres. Those of deleted clients are dead by the join and go with the sweep.

use async_trait::async_trait;
use pixie_provider::store::{Consent, Consents, NewEvent, RevokeGrants, StoreError, WithdrawConsent};
use pixie_provider::{AccountId, ClientKey};

use super::columns::Result;
use super::statement::{Statement, statement};
use super::{PostgresStore, events, revoke};
use crate::rows;

const FIND: &str = "SELECT user_id, client, scope, granted_at, device_uri
    FROM consents JOIN clients ON clients.key = consents.client WHERE user_id = $1 AND (client = $2) IS TRUE
        AND device_uri = $3";

const LIST: &str = "SELECT user_id, client, scope, granted_at, device_uri
    FROM consents JOIN clients ON clients.key = consents.client WHERE user_id = $1 ORDER BY client, device_uri";

const REMEMBER: &str = "INSERT INTO consents (user_id, client, scope, granted_at, device_uri)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (user_id, client, device_uri) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at";

const FORGET: &str = "DELETE FROM consents WHERE user_id = $1 AND (client = $2) IS TRUE";

#[async_trait]
impl Consents for PostgresStore {
    async fn find_consent(
        &self,
        account: AccountId,
        client: ClientKey,
        device_uri: Option<&str>,
    ) -> std::result::Result<Option<Consent>, StoreError> {
        let found = self
            .read(statement!(FIND, account, client, device_uri.unwrap_or_default()))
            .await?;
        Ok(found.first().map(rows::consent).transpose()?)
    }

    async fn list_consents(&self, account: AccountId) -> std::result::Result<Vec<Consent>, StoreError> {
        let consents = self.read(statement!(LIST, account)).await?;
        Ok(consents.iter().map(rows::consent).collect::<Result<_>>()?)
    }

    async fn withdraw_consent(
        &self,
        command: WithdrawConsent,
        event: Option<NewEvent>,
    ) -> std::result::Result<(), StoreError> {
        let theirs = RevokeGrants {
            account: Some(command.account),
            client: Some(command.client),
            now: command.now,
        };
        let mut statements = vec![statement!(FORGET, command.account, command.client)];
        statements.extend(revoke::grants(theirs));
        statements.extend(events::record(event.as_ref())?);
        self.write_all(statements).await.map(drop)
    }
}

/// Replaces what was remembered.
pub(super) fn remember(consent: &Consent) -> Statement {
    statement!(
        REMEMBER,
        consent.account,
        consent.client,
        &consent.scope,
        consent.granted_at,
        consent.device_uri.as_deref().unwrap_or_default(),
    )
}
