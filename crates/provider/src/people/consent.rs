//! The list of applications that a person has allowed, for that person (RFC 6819 section 5.2.2.2, OWASP ASVS 10.4.9).

use std::collections::BTreeMap;

use pixie_oauth::Scope;

use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Client;
use crate::ids::{AccountId, ClientKey};
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
    /// `true` if the person has consented. A trusted application that has only tokens got them without a question.
    pub consented: bool,
    /// The redirect URIs on the person's device for which they are not asked again.
    pub device_uris: Vec<String>,
}

pub(crate) async fn authorizations(base: &Base, account: AccountId) -> Result<Vec<Authorized>, StoreError> {
    let consents = base.store.list_consents(account).await?;
    let grants = base.store.list_grants(account, base.now()).await?;
    let mut by_client: BTreeMap<ClientKey, Access> = BTreeMap::new();
    for consent in consents {
        let access = by_client.entry(consent.client).or_default();
        access.add(&consent.scope, consent.granted_at);
        access.consented = true;
        access.device_uris.extend(consent.device_uri);
    }
    for grant in grants {
        let access = by_client.entry(grant.client).or_default();
        access.add(&grant.scope, grant.issued_at);
    }
    let mut authorized = Vec::new();
    for (key, access) in by_client {
        let client = base.store.find_client_by_key(key).await?;
        if let (Some(client), Some(since)) = (client, access.since) {
            authorized.push(Authorized {
                consented: access.consented || !client.trusted,
                client,
                scope: access.scope,
                since,
                device_uris: access.device_uris,
            });
        }
    }
    Ok(authorized)
}

/// The access of one application, gathered from consents and grants.
#[derive(Default)]
struct Access {
    scope: Scope,
    since: Option<Timestamp>,
    consented: bool,
    device_uris: Vec<String>,
}

impl Access {
    fn add(&mut self, scope: &Scope, at: Timestamp) {
        self.scope = self.scope.union(scope);
        self.since = Some(self.since.map_or(at, |since| since.min(at)));
    }
}
