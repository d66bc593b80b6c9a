//! The sessions of somebody, seen and ended by an administrator, the operator or the person themselves.

use thiserror::Error;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::ids::AccountId;
use crate::store::{EndSessions, ListedSession, StoreError, WhichSessions};

/// Why sessions are not listed or ended.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SessionsRefusal {
    /// The actor may not do this.
    #[error("only the person themselves and administrators see and end sessions")]
    NotAllowed,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The sessions that have not ended, the oldest first, each once.
pub(crate) async fn list_sessions(
    base: &Base,
    actor: Actor<'_>,
    account: AccountId,
) -> Result<Vec<ListedSession>, SessionsRefusal> {
    allow(base, actor, account)?;
    let mut sessions = base.store.list_sessions(account).await?;
    sessions.retain(|session| {
        let idle = base.now().since(session.last_seen_at);
        session.expires_at > base.now() && idle < base.settings.lifetimes.session_idle
    });
    sessions.dedup_by_key(|session| session.id);
    Ok(sessions)
}

/// Ends sessions, and says how many.
pub(crate) async fn end_sessions(
    base: &Base,
    actor: Actor<'_>,
    account: AccountId,
    which: WhichSessions,
) -> Result<u64, SessionsRefusal> {
    allow(base, actor, account)?;
    let session = match which {
        WhichSessions::Only(session) => Some(session),
        WhichSessions::All | WhichSessions::AllExcept(_) => None,
    };
    let event = Event::SessionsEnded { account, session };
    let stored = base.stored_event(actor, &event);
    let command = EndSessions {
        account,
        which,
        now: base.now(),
    };
    let ended = base.store.end_sessions(command, stored).await?;
    if ended > 0 {
        base.happened(actor, &event);
    }
    Ok(ended)
}

fn allow(base: &Base, actor: Actor<'_>, account: AccountId) -> Result<(), SessionsRefusal> {
    let target = Target::Account(account);
    if may(actor, Command::ManageSessions, target, &base.settings) {
        Ok(())
    } else {
        Err(SessionsRefusal::NotAllowed)
    }
}
