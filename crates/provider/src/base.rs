//! The parts that almost every function needs: settings, store, clock, randomness and counters.

use std::sync::Arc;

use pixie_oauth::{Issuer, Token, TokenKind};

use crate::clock::{Clock, Timestamp};
use crate::events::actor::Actor;
use crate::events::audit;
use crate::events::event::Event;
use crate::events::happened::happened;
use crate::events::listener::{EventListener, Occurrence};
use crate::events::provider_metrics::ProviderMetrics;
use crate::host_accounts::Accounts;
use crate::randomness::{Randomness, RandomnessError, bytes};
use crate::settings::Settings;
use crate::store::{NewEvent, Store};

/// Settings, store, clock, randomness and counters of one provider.
pub(crate) struct Base {
    pub(crate) settings: Settings,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) accounts: Option<Arc<dyn Accounts>>,
    pub(crate) on_event: Option<Arc<dyn EventListener>>,
    pub(crate) metrics: ProviderMetrics,
}

impl Base {
    pub(crate) fn issuer(&self) -> &Issuer {
        &self.settings.issuer
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Milliseconds since 1970. Identifiers and tokens begin with them, so that rows made together lie together.
    pub(crate) fn milliseconds(&self) -> i64 {
        self.clock.milliseconds()
    }

    /// The event as it is to be stored with the change that it tells of; nothing if it is only counted and logged.
    pub(crate) fn stored_event(&self, actor: Actor<'_>, event: &Event<'_>) -> Option<NewEvent> {
        audit::stored_event(&self.settings, self.now(), actor, event)
    }

    /// Logs and counts an event, and tells the host application of it. The change that it tells of is on disk.
    pub(crate) fn happened(&self, actor: Actor<'_>, event: &Event<'_>) {
        happened(&self.metrics, actor, event);
        if let Some(listener) = &self.on_event {
            listener.happened(&Occurrence::new(self.now(), actor, event));
        }
    }

    /// A new token of 256 bits: the time, then random bytes.
    pub(crate) fn random_token<K: TokenKind>(&self) -> Result<Token<K>, RandomnessError> {
        Ok(Token::new(self.milliseconds(), &bytes(&*self.randomness)?))
    }
}
