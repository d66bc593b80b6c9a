//! The list of applications that a person has allowed, for that person (RFC 6819 section 5.2.2.2, OWASP ASVS 10.4.9).

use std::collections::BTreeMap;

use pixie_oauth::Scope;

use crate::base::Base;
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::ids::{ClientKey, UserId};
use crate::store::StoreError;

/// One application and what a person allowed it.
#[derive(Clone, Debug)]
pub struct Authorized {
    /// The application.
    pub client: Client,
    /// The scope of the remembered consents and the active tokens together.
    pub scope: Scope,
    /// Since when.
    pub since: Timestamp,
}

pub(crate) async fn authorizations(base: &Base, user: UserId) -> Result<Vec<Authorized>, StoreError> {
    let consents = base.store.list_consents(user).await?;
    let grants = base.store.list_grants(user, base.now()).await?;
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
        if let Some(client) = base.store.find_client_by_key(key).await? {
            authorized.push(Authorized { client, scope, since });
        }
    }
    Ok(authorized)
}
