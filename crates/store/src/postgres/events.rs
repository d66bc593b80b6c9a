//! Stored events in Postgres, and how often events happened.
//!
//! If a command has an event, the statement that decides whether anything is changed has another text, made by [`recorded`],
//! and the event as JSON for its last value. Without an event it is sent as it is.

use async_trait::async_trait;
use pixie_provider::store::{
    AddEventCounts, EventCount, Events, ListEvents, NewEvent, StoreError, StoredEvent,
};
use pixie_provider::{AccountId, ClientKey, EventKind, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::PostgresStore;
use super::columns::{Result, json};
use super::statement::{Statement, statement};
use crate::rows;

/// The insertion of an event that is bound as JSON to a parameter, if a part of the statement has rows.
macro_rules! record_if {
    ($part:literal, $event:literal) => {
        concat!(
            "INSERT INTO events (at, kind, actor, actor_id, account, client, details)
             SELECT at, kind, actor, actor_id, account, client, details
             FROM json_to_record(",
            $event,
            "::json) AS event (at bigint, kind text, actor text, actor_id uuid, account uuid, client uuid, details text)
             WHERE EXISTS (SELECT 1 FROM ",
            $part,
            ")"
        )
    };
}
pub(super) use record_if;

/// A statement whose rows come back as they are; if there is one, the event is stored that is bound to this parameter.
macro_rules! recorded {
    ($sql:expr, $event:literal) => {
        concat!(
            "WITH done AS (",
            $sql,
            "), recorded AS (",
            $crate::postgres::events::record_if!("done", $event),
            ") SELECT * FROM done"
        )
    };
}
pub(super) use recorded;

const INSERT: &str = "INSERT INTO events (at, kind, actor, actor_id, account, client, details)
    SELECT at, kind, actor, actor_id, account, client, details
    FROM json_to_record($1::json)
        AS event (at bigint, kind text, actor text, actor_id uuid, account uuid, client uuid, details text)";

macro_rules! list {
    ($which:literal) => {
        concat!(
            "SELECT number, at, kind, actor, actor_id, account, client, details FROM events WHERE ",
            $which,
            "($1 IS NULL OR kind = $1) IS TRUE AND number < $2"
        )
    };
}

const LIST: &str = concat!(list!(""), " ORDER BY number DESC LIMIT $3");

const LIST_OF_CLIENT: &str = concat!(list!("client = $4 AND "), " ORDER BY number DESC LIMIT $3");

/// An index has those about the account, another one those by it and about something else.
const LIST_OF_ACCOUNT: &str = concat!(
    list!("account = $4 AND ($5 IS NULL OR client = $5) IS TRUE AND "),
    " UNION ALL ",
    list!("actor_id = $4 AND actor_id IS DISTINCT FROM account AND ($5 IS NULL OR client = $5) IS TRUE AND "),
    " ORDER BY number DESC LIMIT $3"
);

const ADD_COUNT: &str = "INSERT INTO event_counts AS stored (hour, kind, node, count) VALUES ($1, $2, $3, $4)
    ON CONFLICT (hour, kind, node) DO UPDATE SET count = stored.count + excluded.count";

const LIST_COUNTS: &str = "SELECT hour, kind, sum(count)::bigint FROM event_counts WHERE hour >= $1
    GROUP BY hour, kind ORDER BY hour, kind";

#[async_trait]
impl Events for PostgresStore {
    async fn list_events(&self, query: ListEvents) -> std::result::Result<Vec<StoredEvent>, StoreError> {
        let kind = query.kind.map(EventKind::as_str);
        let (before, limit) = (query.before.unwrap_or(i64::MAX), query.limit);
        let list = match (query.account, query.client) {
            (Some(account), client) => statement!(LIST_OF_ACCOUNT, kind, before, limit, account, client),
            (None, Some(client)) => statement!(LIST_OF_CLIENT, kind, before, limit, client),
            (None, None) => statement!(LIST, kind, before, limit),
        };
        let events = self.read(list).await?;
        Ok(events.iter().map(rows::event).collect::<Result<_>>()?)
    }

    async fn add_event_counts(&self, command: AddEventCounts) -> std::result::Result<(), StoreError> {
        let add = |counted: &EventCount| {
            let count = i64::try_from(counted.count).unwrap_or(i64::MAX);
            let node = command.node.to_vec();
            statement!(ADD_COUNT, counted.hour, counted.kind.as_str(), node, count)
        };
        self.write_all(command.counts.iter().map(add).collect())
            .await
            .map(drop)
    }

    async fn list_event_counts(&self, since: Timestamp) -> std::result::Result<Vec<EventCount>, StoreError> {
        let counts = self.read(statement!(LIST_COUNTS, since)).await?;
        Ok(counts.iter().map(rows::event_count).collect::<Result<_>>()?)
    }
}

/// The statement of a command, and if there is an event, the one that stores it too: the same with `recorded` as its text
/// and the event as its last value.
pub(super) fn with(
    statement: Statement,
    recorded: &'static str,
    event: Option<&NewEvent>,
) -> Result<Statement> {
    let Some(event) = event else {
        return Ok(statement);
    };
    let mut values = statement.values;
    values.push(bound(event)?.into());
    Ok(Statement {
        sql: recorded.into(),
        values,
    })
}

/// Stores an event with a command that changes something in any case.
pub(super) fn record(event: Option<&NewEvent>) -> Result<Option<Statement>> {
    event
        .map(|event| Ok(statement!(INSERT, bound(event)?)))
        .transpose()
}

/// An event as it is bound to the parameter of [`recorded`].
fn bound(event: &NewEvent) -> Result<String> {
    #[derive(Serialize)]
    struct Columns<'a> {
        at: i64,
        kind: &'static str,
        actor: &'static str,
        actor_id: Option<Uuid>,
        account: Option<AccountId>,
        client: Option<ClientKey>,
        details: &'a str,
    }
    json(&Columns {
        at: event.at.seconds(),
        kind: event.kind.as_str(),
        actor: event.actor.kind(),
        actor_id: rows::actor_id(event.actor),
        account: event.account,
        client: event.client,
        details: &event.details,
    })
}
