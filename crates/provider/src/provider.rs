//! The provider: settings, store, keys, clock and randomness in one handle that is cheap to clone.

use std::sync::Arc;

use pixie_oauth::{AccessToken, AuthorizationCode, Issuer, RefreshToken, Token, TokenKind};

use crate::clients::cache::KnownClients;
use crate::clients::keys::RemoteKeys;
use crate::clock::{Clock, Timestamp};
use crate::keys::{KeyRing, KeysError, MasterKey, PurposeKeys, SignError, SigningThreads};
use crate::logout::LogoutSignal;
use crate::metrics::ProviderMetrics;
use crate::outbound::Outbound;
use crate::people::{Hashing, HashingError, Throttle};
use crate::randomness::{NoRandomness, Randomness, bytes};
use crate::rate::{Limits, Rate};
use crate::settings::Settings;
use crate::store::{Store, StoreError};

/// Accounts that people may make in an hour: an office at one address can, a flood cannot.
const SIGN_UPS: Limits = Limits {
    per_address: 60,
    in_all: 1000,
};

/// An authorization server without its HTTP face.
#[derive(Clone)]
pub struct Provider {
    parts: Arc<Parts>,
}

struct Parts {
    settings: Settings,
    store: Arc<dyn Store>,
    master: MasterKey,
    purpose_keys: PurposeKeys,
    keys: KeyRing,
    signing: SigningThreads,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    outbound: Arc<dyn Outbound>,
    remote_keys: RemoteKeys,
    known_clients: KnownClients,
    hashing: Hashing,
    throttle: Throttle,
    logouts: LogoutSignal,
    registration_rate: Rate,
    sign_up_rate: Rate,
    metrics: ProviderMetrics,
}

/// What a provider is made of.
pub struct ProviderParts {
    /// What whoever runs the server decides.
    pub settings: Settings,
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// What seals the private keys in the store.
    pub master_key: MasterKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub randomness: Arc<dyn Randomness>,
    /// How addresses are asked that clients name; [`crate::NoOutbound`] where none are.
    pub outbound: Arc<dyn Outbound>,
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
        } = parts;
        let keys = KeyRing::open(&*store, &master, clock.now()).await?;
        let signing = SigningThreads::start(&settings.keys)?;
        let hashing = Hashing::start(settings.hashing)?;
        let throttle = Throttle::new(settings.throttle);
        let registration_rate = Rate::new(Limits {
            per_address: settings.registration.per_hour,
            in_all: settings.registration.per_hour_in_all,
        });
        let sign_up_rate = Rate::new(SIGN_UPS);
        let remote_keys = RemoteKeys::new(outbound.clone(), clock.clone());
        let provider = Self {
            parts: Arc::new(Parts {
                settings,
                store,
                purpose_keys: PurposeKeys::derive(&master),
                master,
                keys,
                signing,
                clock,
                randomness,
                outbound,
                remote_keys,
                known_clients: KnownClients::default(),
                hashing,
                throttle,
                registration_rate,
                sign_up_rate,
                logouts: LogoutSignal::default(),
                metrics: ProviderMetrics::default(),
            }),
        };
        provider.make_missing_keys().await?;
        Ok(provider)
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        &self.parts.settings.issuer
    }

    /// Now, by the injected clock.
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// The same in milliseconds since 1970, for what is ordered by the moment at which it was made.
    pub(crate) fn milliseconds(&self) -> i64 {
        self.parts.clock.milliseconds()
    }

    /// A key for one purpose that outlives restarts, such as signing form tokens.
    pub fn key_for(&self, purpose: &str) -> zeroize::Zeroizing<[u8; 32]> {
        self.parts.master.derive(purpose)
    }

    /// Injected random bytes.
    pub fn randomness(&self) -> &dyn Randomness {
        &*self.parts.randomness
    }

    /// Whether the store can write.
    ///
    /// # Errors
    /// It cannot.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.store().ready().await
    }

    /// What it counts.
    pub fn metrics(&self) -> &ProviderMetrics {
        &self.parts.metrics
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.parts.store
    }

    pub(crate) fn purpose_keys(&self) -> &PurposeKeys {
        &self.parts.purpose_keys
    }

    pub(crate) fn key_ring(&self) -> &KeyRing {
        &self.parts.keys
    }

    pub(crate) fn signing_threads(&self) -> &SigningThreads {
        &self.parts.signing
    }

    pub(crate) fn outbound(&self) -> &dyn Outbound {
        &*self.parts.outbound
    }

    pub(crate) fn known_clients(&self) -> &KnownClients {
        &self.parts.known_clients
    }

    pub(crate) fn remote_keys(&self) -> &RemoteKeys {
        &self.parts.remote_keys
    }

    pub(crate) fn logout_signal(&self) -> &LogoutSignal {
        &self.parts.logouts
    }

    pub(crate) fn hashing(&self) -> &Hashing {
        &self.parts.hashing
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.parts.throttle
    }

    pub(crate) fn sign_up_rate(&self) -> &Rate {
        &self.parts.sign_up_rate
    }

    pub(crate) fn registration_rate(&self) -> &Rate {
        &self.parts.registration_rate
    }

    pub(crate) fn access_token(&self) -> Result<AccessToken, NoRandomness> {
        self.new_token()
    }

    pub(crate) fn refresh_token(&self) -> Result<RefreshToken, NoRandomness> {
        self.new_token()
    }

    pub(crate) fn authorization_code(&self) -> Result<AuthorizationCode, NoRandomness> {
        self.new_token()
    }

    pub(crate) fn new_token<K: TokenKind>(&self) -> Result<Token<K>, NoRandomness> {
        Ok(Token::new(self.milliseconds(), &bytes(self.randomness())?))
    }
}
