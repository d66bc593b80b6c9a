//! Reading the stored events.

use thiserror::Error;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::events::actor::Actor;
use crate::store::{EventCount, ListEvents, StoreError, StoredEvent};

/// The events are not shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventsRefusal {
    /// The actor may not do this.
    #[error("only administrators read the stored events")]
    NotAllowed,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) async fn list_events(
    base: &Base,
    actor: Actor<'_>,
    query: ListEvents,
) -> Result<Vec<StoredEvent>, EventsRefusal> {
    allow(base, actor)?;
    Ok(base.store.list_events(query).await?)
}

pub(crate) async fn list_event_counts(
    base: &Base,
    actor: Actor<'_>,
    since: Timestamp,
) -> Result<Vec<EventCount>, EventsRefusal> {
    allow(base, actor)?;
    Ok(base.store.list_event_counts(since).await?)
}

fn allow(base: &Base, actor: Actor<'_>) -> Result<(), EventsRefusal> {
    if may(actor, Command::ViewEvents, Target::Server, &base.settings) {
        Ok(())
    } else {
        Err(EventsRefusal::NotAllowed)
    }
}
