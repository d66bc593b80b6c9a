//! An event as the commands print it: with names of accounts and applications, as far as they still exist.

use std::collections::HashMap;

use pixie_provider::store::{EventActor, StoredEvent};
use pixie_provider::{AccountId, Actor, ClientKey, ClientRefusal, Provider};
use serde_json::{Value, json};

use crate::commands::error::CommandError;
use crate::commands::text::moment;

/// Names that were looked up.
pub(super) struct Names<'a> {
    provider: &'a Provider,
    accounts: HashMap<AccountId, String>,
    clients: HashMap<ClientKey, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(provider: &'a Provider) -> Self {
        Self {
            provider,
            accounts: HashMap::new(),
            clients: HashMap::new(),
        }
    }

    /// The username, or the id of an account that is gone.
    async fn account(&mut self, id: AccountId) -> Result<String, CommandError> {
        if let Some(name) = self.accounts.get(&id) {
            return Ok(name.clone());
        }
        let found = self.provider.find_account_by_id(id).await?;
        let name = found.map_or_else(|| id.to_string(), |user| user.username.to_string());
        self.accounts.insert(id, name.clone());
        Ok(name)
    }

    /// The client id, or the key of a client that is gone.
    async fn client(&mut self, key: ClientKey) -> Result<String, CommandError> {
        if let Some(name) = self.clients.get(&key) {
            return Ok(name.clone());
        }
        let name = match self.provider.client_by_key(Actor::Operator, key).await {
            Ok(client) => client.id.to_string(),
            Err(ClientRefusal::Unknown) => key.to_string(),
            Err(refusal) => return Err(refusal.into()),
        };
        self.clients.insert(key, name.clone());
        Ok(name)
    }

    async fn actor(&mut self, actor: EventActor) -> Result<String, CommandError> {
        Ok(match actor {
            EventActor::Person(account) => self.account(account).await?,
            EventActor::Client(client) => format!("client {}", self.client(client).await?),
            other => other.kind().to_owned(),
        })
    }
}

/// The event as JSON.
pub(super) async fn json(stored: &StoredEvent, names: &mut Names<'_>) -> Result<Value, CommandError> {
    let event = &stored.event;
    let details: Value = serde_json::from_str(&event.details)?;
    let actor = match event.actor {
        EventActor::Person(account) => json!({
            "kind": "person", "id": account, "username": names.account(account).await?,
        }),
        EventActor::Client(client) => json!({
            "kind": "client", "id": client, "client_id": names.client(client).await?,
        }),
        other => json!({ "kind": other.kind() }),
    };
    let account = match event.account {
        Some(account) => json!({ "id": account, "username": names.account(account).await? }),
        None => Value::Null,
    };
    let client = match event.client {
        Some(client) => json!({ "id": client, "client_id": names.client(client).await? }),
        None => Value::Null,
    };
    Ok(json!({
        "number": stored.number,
        "at": moment(event.at),
        "kind": event.kind,
        "actor": actor,
        "account": account,
        "client": client,
        "details": details,
    }))
}

/// The event as a line of a table.
pub(super) async fn row(stored: &StoredEvent, names: &mut Names<'_>) -> Result<[String; 6], CommandError> {
    let event = &stored.event;
    let account = match event.account {
        Some(account) => names.account(account).await?,
        None => String::new(),
    };
    let client = match event.client {
        Some(client) => names.client(client).await?,
        None => String::new(),
    };
    Ok([
        moment(event.at),
        event.kind.to_string(),
        names.actor(event.actor).await?,
        account,
        client,
        details(&event.details)?,
    ])
}

/// Details as `name=value`, text as it is and everything else as JSON.
fn details(details: &str) -> Result<String, CommandError> {
    let details: serde_json::Map<String, Value> = serde_json::from_str(details)?;
    let each = details.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    });
    Ok(each.collect::<Vec<_>>().join(" "))
}
