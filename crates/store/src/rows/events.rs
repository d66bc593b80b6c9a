//! Stored events, and how often events happened.

use std::str::FromStr;

use pixie_provider::EventKind;
use pixie_provider::store::{EventActor, EventCount, NewEvent, StoredEvent};
use uuid::Uuid;

use super::{Read, Row, count, id, number, optional_id, parsed, text, time};

/// Reads an event: number, time, kind, actor with its id, account, client, details.
pub(crate) fn event<R: Row>(row: &R) -> Read<StoredEvent, R> {
    Ok(StoredEvent {
        number: number(row, 0)?,
        event: NewEvent {
            at: time(row, 1)?,
            kind: parsed(row, 2, EventKind::from_str)?,
            actor: actor(row)?,
            account: optional_id(row, 5)?,
            client: optional_id(row, 6)?,
            details: text(row, 7)?,
        },
    })
}

/// Reads a count: hour, kind, count.
pub(crate) fn event_count<R: Row>(row: &R) -> Read<EventCount, R> {
    Ok(EventCount {
        hour: time(row, 0)?,
        kind: parsed(row, 1, EventKind::from_str)?,
        count: count(row, 2)?,
    })
}

/// The id of an actor, for the store.
pub(crate) fn actor_id(actor: EventActor) -> Option<Uuid> {
    match actor {
        EventActor::Person(account) => Some(account.as_uuid()),
        EventActor::Client(client) => Some(client.as_uuid()),
        EventActor::Operator | EventActor::Anonymous | EventActor::System => None,
    }
}

fn actor<R: Row>(row: &R) -> Read<EventActor, R> {
    let kind = text(row, 3)?;
    Ok(match kind.as_str() {
        "operator" => EventActor::Operator,
        "person" => EventActor::Person(id(row, 4)?),
        "client" => EventActor::Client(id(row, 4)?),
        "anonymous" => EventActor::Anonymous,
        "system" => EventActor::System,
        _ => return Err(R::unreadable(3, format!("unknown kind of actor {kind:?}"))),
    })
}
