//! What people have allowed, for them to see and to take back (RFC 6819 section 5.2.2.2, OWASP ASVS 10.4.9).

use std::collections::BTreeMap;

use pixie_oauth::Scope;

use crate::clients::Client;
use crate::clock::Timestamp;
use crate::ids::{ClientKey, UserId};
use crate::provider::Provider;
use crate::store::{RevokeGrants, RevokeOutcome, RevokeToken, StoreError, WithdrawConsent};

/// One application and what a person allowed it.
#[derive(Clone, Debug)]
pub struct Authorized {
    /// The application.
    pub client: Client,
    /// What it may do: remembered consents and living tokens together.
    pub scope: Scope,
    /// Since when.
    pub since: Timestamp,
}

impl Provider {
    /// Every application that a person allowed something.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn authorizations(&self, user: UserId) -> Result<Vec<Authorized>, StoreError> {
        let consents = self.store().list_consents(user).await?;
        let grants = self.store().list_grants(user, self.now()).await?;
        let each = consents
            .into_iter()
            .map(|consent| (consent.client, consent.scope, consent.granted_at));
        let each = each.chain(
            grants
                .into_iter()
                .map(|grant| (grant.client, grant.scope, grant.issued_at)),
        );
        let mut by_client: BTreeMap<ClientKey, (Scope, Timestamp)> = BTreeMap::new();
        for (client, scope, since) in each {
            let entry = by_client
                .entry(client)
                .or_insert_with(|| (Scope::default(), since));
            *entry = (entry.0.union(&scope), entry.1.min(since));
        }
        let mut authorized = Vec::new();
        for (key, (scope, since)) in by_client {
            if let Some(client) = self.store().find_client_by_key(key).await? {
                authorized.push(Authorized { client, scope, since });
            }
        }
        Ok(authorized)
    }

    /// Takes back what a person allowed an application: the consent is forgotten and its tokens are dead.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn withdraw_authorization(&self, user: UserId, client: ClientKey) -> Result<(), StoreError> {
        self.store()
            .withdraw_consent(WithdrawConsent {
                user,
                client,
                now: self.now(),
            })
            .await?;
        tracing::info!(%user, %client, "authorization withdrawn");
        Ok(())
    }

    /// Ends whatever token a text is, on the operator's behalf; a refresh token takes its family with it. `false` where
    /// there is no such token.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn revoke_any_token(&self, text: &str) -> Result<bool, StoreError> {
        let Some(token) = self.revocable(text).await else {
            return Ok(false);
        };
        let outcome = self
            .store()
            .revoke_token(RevokeToken {
                token,
                client: None,
                now: self.now(),
            })
            .await?;
        Ok(outcome == RevokeOutcome::Revoked)
    }

    /// Ends every token of a person, of a client, or of one with the other; how many families and single tokens.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn revoke_tokens_of(
        &self,
        user: Option<UserId>,
        client: Option<ClientKey>,
    ) -> Result<u64, StoreError> {
        self.store()
            .revoke_grants(RevokeGrants {
                user,
                client,
                now: self.now(),
            })
            .await
    }
}
