//! The hook by which an application that mounts the provider is informed of events.

use serde_json::{Map, Value};

use super::actor::Actor;
use super::audit;
use super::event::Event;
use crate::clock::Timestamp;
use crate::ids::{AccountId, ClientKey};
use crate::store::EventKind;

/// Something that has happened: the change is on disk. No secret is in it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Occurrence<'a> {
    /// The time.
    pub at: Timestamp,
    /// The kind.
    pub kind: EventKind,
    /// The person, client or server that caused it.
    pub actor: Actor<'a>,
    /// The account that it is about.
    pub account: Option<AccountId>,
    /// The client that it is about.
    pub client: Option<ClientKey>,
    event: &'a Event<'a>,
}

impl<'a> Occurrence<'a> {
    pub(crate) fn new(at: Timestamp, actor: Actor<'a>, event: &'a Event<'a>) -> Self {
        Self {
            at,
            kind: event.kind(),
            actor,
            account: event.account(),
            client: event.client(),
            event,
        }
    }

    /// The details, by the names that `pixie events list --json` prints: for example `client_id`, `grant_type`, `amr`.
    pub fn details(&self) -> Map<String, Value> {
        audit::details(self.event)
    }
}

/// A function of the host application that is called for each event, those included that are only counted.
pub trait EventListener: Send + Sync {
    /// Called after the commit, on the thread that answers the request: it must not wait for anything. To send mail or to call
    /// another service, put what is needed into a queue. A crash between the commit and this call loses the call; the stored
    /// events ([`crate::Provider::list_events`]) are complete.
    fn happened(&self, event: &Occurrence<'_>);
}
