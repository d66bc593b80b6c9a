//! Everything that a running provider consists of, split by concern. A function receives the parts that it needs, and the
//! whole context only if it needs several concerns.

use std::sync::Arc;

use crate::base::Base;
use crate::clients::cache::KnownClients;
use crate::clients::keys::RemoteKeys;
use crate::clients::logos::Logos;
use crate::clients::shown_secrets::ShownSecrets;
use crate::events::counts::StoredCounts;
use crate::hashing::Hashing;
use crate::keys::Keys;
use crate::logout_signal::LogoutSignal;
use crate::outbound::Outbound;
use crate::outbox::Outbox;
use crate::rate::Rate;
use crate::throttle::Throttle;
use crate::upstream::Upstreams;

/// The parts of a provider.
pub(crate) struct Context {
    pub(crate) base: Arc<Base>,
    pub(crate) keys: Keys,
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) remote_keys: RemoteKeys,
    pub(crate) upstreams: Upstreams,
    pub(crate) known_clients: KnownClients,
    pub(crate) logos: Logos,
    pub(crate) hashing: Hashing,
    pub(crate) shown_secrets: ShownSecrets,
    pub(crate) limits: Limits,
    pub(crate) logouts: LogoutSignal,
    /// `None` if the provider sends no mail.
    pub(crate) outbox: Option<Outbox>,
    pub(crate) stored_counts: StoredCounts,
}

/// Limits on what strangers may try.
pub(crate) struct Limits {
    /// Guesses of passwords and client secrets.
    pub(crate) guesses: Throttle,
    /// Clients that register themselves.
    pub(crate) registrations: Rate,
    /// Accounts that people make themselves.
    pub(crate) sign_ups: Rate,
    /// Links to choose another password that people request by mail.
    pub(crate) forgotten_passwords: Rate,
}
