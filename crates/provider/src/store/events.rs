//! Stored events, for auditors. Commands take the event that tells of them and write it in the same commit, if they changed
//! what it tells of.

use async_trait::async_trait;

use super::{EventKind, StoreError};
use crate::clock::Timestamp;
use crate::ids::{AccountId, ClientKey};

/// An event to be stored with the command that it tells of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NewEvent {
    /// The time.
    pub at: Timestamp,
    /// The kind of event.
    pub kind: EventKind,
    /// The actor.
    pub actor: EventActor,
    /// The account that it is about.
    pub account: Option<AccountId>,
    /// The client that it is about.
    pub client: Option<ClientKey>,
    /// Further details, a JSON object without secrets.
    pub details: String,
}

/// The actor of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum EventActor {
    /// The operator.
    Operator,
    /// A person.
    Person(AccountId),
    /// A client.
    Client(ClientKey),
    /// Somebody who is not known.
    Anonymous,
    /// The server itself.
    System,
}

impl EventActor {
    /// The name of its kind in the store.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Person(_) => "person",
            Self::Client(_) => "client",
            Self::Anonymous => "anonymous",
            Self::System => "system",
        }
    }
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// The number of the event: later events have greater numbers.
    pub number: i64,
    /// The event.
    pub event: NewEvent,
}

/// The selection of events to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListEvents {
    /// Only those about this account, or by it.
    pub account: Option<AccountId>,
    /// Only those about this client.
    pub client: Option<ClientKey>,
    /// Only those of this kind.
    pub kind: Option<EventKind>,
    /// Only those before this number.
    pub before: Option<i64>,
    /// How many at the most.
    pub limit: u32,
}

/// How often events of a kind happened at one node in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventCount {
    /// The first second of the hour.
    pub hour: Timestamp,
    /// The kind of event.
    pub kind: EventKind,
    /// How often.
    pub count: u64,
}

/// Adds what one node has counted to what is stored of its hours.
#[derive(Clone, Debug)]
pub struct AddEventCounts {
    /// Random bytes that no other process has.
    pub node: [u8; 16],
    /// The counts since the last time.
    pub counts: Vec<EventCount>,
}

/// Events in the store.
#[async_trait]
pub trait Events: Send + Sync {
    /// Stored events, the newest first.
    async fn list_events(&self, query: ListEvents) -> Result<Vec<StoredEvent>, StoreError>;

    /// See [`AddEventCounts`].
    async fn add_event_counts(&self, command: AddEventCounts) -> Result<(), StoreError>;

    /// The counts of all nodes together since an hour, in the order of hours and names.
    async fn list_event_counts(&self, since: Timestamp) -> Result<Vec<EventCount>, StoreError>;
}
