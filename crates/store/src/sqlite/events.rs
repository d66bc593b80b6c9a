//! Stored events in SQLite, and how often events happened.

use async_trait::async_trait;
use pixie_provider::store::{
    AddEventCounts, EventCount, Events, ListEvents, NewEvent, StoreError, StoredEvent,
};
use pixie_provider::{EventKind, Timestamp};
use rusqlite::{Connection, Result, params};

use super::SqliteStore;
use crate::rows::{self, Id};

const INSERT: &str = "INSERT INTO events (at, kind, actor, actor_id, account, client, details)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// The conditions of every list beside its index: the kind, and the number before which events are.
macro_rules! list {
    ($which:literal) => {
        concat!(
            "SELECT number, at, kind, actor, actor_id, account, client, details FROM events WHERE ",
            $which,
            "(?1 IS NULL OR kind = ?1) AND number < ?2"
        )
    };
}

const LIST: &str = concat!(list!(""), " ORDER BY number DESC LIMIT ?3");

const LIST_OF_CLIENT: &str = concat!(list!("client = ?4 AND "), " ORDER BY number DESC LIMIT ?3");

/// An index has those about the account, another one those by it and about something else.
const LIST_OF_ACCOUNT: &str = concat!(
    list!("account = ?4 AND (?5 IS NULL OR client = ?5) AND "),
    " UNION ALL ",
    list!("actor_id = ?4 AND actor_id IS NOT account AND (?5 IS NULL OR client = ?5) AND "),
    " ORDER BY number DESC LIMIT ?3"
);

const ADD_COUNT: &str = "INSERT INTO event_counts (hour, kind, node, count) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (hour, kind, node) DO UPDATE SET count = count + excluded.count";

const LIST_COUNTS: &str = "SELECT hour, kind, sum(count) FROM event_counts WHERE hour >= ?1
     GROUP BY hour, kind ORDER BY hour, kind";

#[async_trait]
impl Events for SqliteStore {
    async fn list_events(&self, query: ListEvents) -> Result<Vec<StoredEvent>, StoreError> {
        let kind = query.kind.map(EventKind::as_str);
        let (before, limit) = (query.before.unwrap_or(i64::MAX), query.limit);
        let (account, client) = (query.account.map(Id::bytes), query.client.map(Id::bytes));
        self.read(|connection| {
            let mut statement;
            let mut rows = match (account, client) {
                (Some(account), client) => {
                    statement = connection.prepare_cached(LIST_OF_ACCOUNT)?;
                    statement.query(params![kind, before, limit, account, client])?
                }
                (None, Some(client)) => {
                    statement = connection.prepare_cached(LIST_OF_CLIENT)?;
                    statement.query(params![kind, before, limit, client])?
                }
                (None, None) => {
                    statement = connection.prepare_cached(LIST)?;
                    statement.query(params![kind, before, limit])?
                }
            };
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                events.push(rows::event(row)?);
            }
            Ok(events)
        })
    }

    async fn add_event_counts(&self, command: AddEventCounts) -> Result<(), StoreError> {
        self.write(move |connection| {
            let mut add = connection.prepare_cached(ADD_COUNT)?;
            for EventCount { hour, kind, count } in &command.counts {
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                add.execute(params![hour.seconds(), kind.as_str(), command.node, count])?;
            }
            Ok(())
        })
        .await
    }

    async fn list_event_counts(&self, since: Timestamp) -> Result<Vec<EventCount>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(LIST_COUNTS)?
                .query_map([since.seconds()], |row| rows::event_count(row))?
                .collect()
        })
    }
}

impl SqliteStore {
    /// Runs a command as [`write`](Self::write) does, and stores its event in the same commit if the outcome says that
    /// something was changed.
    pub(super) async fn write_recorded<T, F>(
        &self,
        event: Option<NewEvent>,
        changed: fn(&T) -> bool,
        work: F,
    ) -> Result<T, StoreError>
    where
        F: Fn(&Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.write(move |connection| {
            let outcome = work(connection)?;
            if let Some(event) = event.as_ref().filter(|_| changed(&outcome)) {
                record(connection, event)?;
            }
            Ok(outcome)
        })
        .await
    }
}

/// Stores an event in the transaction of the change.
pub(super) fn record(connection: &Connection, event: &NewEvent) -> Result<()> {
    connection
        .prepare_cached(INSERT)?
        .execute(params![
            event.at.seconds(),
            event.kind.as_str(),
            event.actor.kind(),
            rows::actor_id(event.actor).map(uuid::Uuid::into_bytes),
            event.account.map(Id::bytes),
            event.client.map(Id::bytes),
            event.details,
        ])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::tests::plans::assert_searches;
    use super::*;

    #[test]
    fn events_of_an_account_or_a_client_are_found_by_an_index() {
        for sql in [LIST_OF_ACCOUNT, LIST_OF_CLIENT, LIST_COUNTS] {
            assert_searches(sql);
        }
    }
}
