//! The provider: the public handle to everything that this crate does. Each method is a line that calls the function of its
//! topic with the parts that it needs.

mod clients;
mod credentials;
mod endpoints;
mod jobs;
mod keys;
mod links;
mod metrics;
mod operate;
#[cfg(feature = "passkeys")]
mod passkeys;
mod people;
mod upstream;

use std::sync::Arc;

use pixie_oauth::Issuer;

use crate::base::Base;
use crate::clients::cache::KnownClients;
use crate::clients::keys::RemoteKeys;
use crate::clients::logos::Logos;
use crate::clients::shown_secrets::ShownSecrets;
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::context::{Context, Limits};
use crate::events::counts::StoredCounts;
use crate::events::listener::EventListener;
use crate::events::provider_metrics::ProviderMetrics;
use crate::hashing::{Hashing, HashingError};
use crate::host_accounts::Accounts;
use crate::keys::{
    KeyRing, Keys, KeysError, MasterKey, PurposeKeys, RootKey, SignError, SigningThreads, signing,
};
use crate::logout_signal::LogoutSignal;
use crate::mail::MailParts;
use crate::outbound::{NoOutbound, Outbound};
use crate::outbox::Outbox;
use crate::randomness::{Randomness, SystemRandomness};
use crate::rate::{self, Rate};
use crate::settings::Settings;
use crate::store::{Store, StoreError};
use crate::throttle::Throttle;
use crate::upstream::Upstreams;

/// Accounts that people may make in an hour: an office at one address can, a flood cannot.
const SIGN_UPS: rate::Limits = rate::Limits {
    per_address: 60,
    in_all: 1000,
};

/// Requests for a link by mail in an hour.
const FORGOTTEN_PASSWORDS: rate::Limits = rate::Limits {
    per_address: 30,
    in_all: 1000,
};

/// An authorization server without its HTTP face. It is cheap to clone.
#[derive(Clone)]
pub struct Provider {
    context: Arc<Context>,
}

/// The parts of a provider: [`ProviderParts::new`] and the fields to change.
#[non_exhaustive]
pub struct ProviderParts {
    /// The choices of the operator.
    pub settings: Settings,
    /// The store of clients, accounts, grants and keys.
    pub store: Arc<dyn Store>,
    /// The key that seals the root key in the store.
    pub master_key: MasterKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub randomness: Arc<dyn Randomness>,
    /// How addresses are asked that clients name; [`NoOutbound`] if none are.
    pub outbound: Arc<dyn Outbound>,
    /// How mail is written and sent; `None` if the provider sends none.
    pub mail: Option<MailParts>,
    /// The users of the application into which the provider is mounted; `None` if it has none of its own. They have accounts
    /// by [`Provider::ensure_account`].
    pub accounts: Option<Arc<dyn Accounts>>,
    /// The function to call for each event; `None` if nothing is to be called.
    pub on_event: Option<Arc<dyn EventListener>>,
}

impl ProviderParts {
    /// The parts with the clock and the random bytes of the system, no connections to addresses that clients name, no mail, and no
    /// users of another application.
    pub fn new(settings: Settings, store: Arc<dyn Store>, master_key: MasterKey) -> Self {
        Self {
            settings,
            store,
            master_key,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            outbound: Arc::new(NoOutbound),
            mail: None,
            accounts: None,
            on_event: None,
        }
    }
}

/// Why a provider cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The signing keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The signing threads cannot start.
    #[error(transparent)]
    Signing(#[from] SignError),
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

impl Provider {
    /// Starts a provider: opens the signing keys, makes those that are missing, and starts the hashing and signing
    /// threads.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn new(parts: ProviderParts) -> Result<Self, StartError> {
        let ProviderParts {
            settings,
            store,
            master_key: master,
            clock,
            randomness,
            outbound,
            mail,
            accounts,
            on_event,
        } = parts;
        let root = RootKey::find_or_make(&*store, &master, &*randomness).await?;
        let keys = Keys {
            ring: KeyRing::open(&*store, &root, clock.now()).await?,
            threads: SigningThreads::start(&settings.keys)?,
            purpose: Box::new(PurposeKeys::derive(&root).map_err(KeysError::from)?),
            root,
        };
        let shown_secrets = keys.purpose.shown_secrets.clone();
        let mail_key = keys.purpose.mails.clone();
        let limits = Limits {
            guesses: Throttle::new(settings.throttle),
            registrations: Rate::new(rate::Limits {
                per_address: settings.registration.per_hour,
                in_all: settings.registration.per_hour_in_all,
            }),
            sign_ups: Rate::new(SIGN_UPS),
            forgotten_passwords: Rate::new(FORGOTTEN_PASSWORDS),
        };
        let base = Arc::new(Base {
            settings,
            store,
            clock,
            randomness,
            accounts,
            on_event,
            metrics: ProviderMetrics::default(),
        });
        let context = Context {
            keys,
            limits,
            remote_keys: RemoteKeys::new(outbound.clone(), base.clock.clone()),
            upstreams: Upstreams::new(outbound.clone()),
            logos: Logos::new(base.clone(), outbound.clone()),
            outbound,
            known_clients: KnownClients::new(base.clone()),
            hashing: Hashing::start(base.settings.hashing)?,
            shown_secrets: ShownSecrets::new(shown_secrets),
            logouts: LogoutSignal::default(),
            outbox: mail.map(|parts| Outbox::new(base.clone(), parts, mail_key)),
            stored_counts: StoredCounts::default(),
            base,
        };
        signing::make_missing_keys(&context.base, &context.keys).await?;
        Ok(Self {
            context: Arc::new(context),
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.context.base.settings
    }

    /// Returns `true` if people may have passkeys.
    pub fn offers_passkeys(&self) -> bool {
        self.settings().passkeys.is_some()
    }

    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        self.context.base.issuer()
    }

    /// Now, by the injected clock.
    pub fn now(&self) -> Timestamp {
        self.context.base.now()
    }

    /// The key with which pages sign tokens against forged forms. It is derived from the master key, so that forms which
    /// were open during a restart can still be sent.
    pub fn form_token_key(&self) -> &[u8; 32] {
        &self.context.keys.purpose.form_tokens
    }

    /// Injected random bytes.
    pub fn randomness(&self) -> &dyn Randomness {
        &*self.context.base.randomness
    }

    /// Checks that the store can write.
    ///
    /// # Errors
    /// It cannot.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.context.base.store.ready().await
    }
}
