//! Logos of clients (RFC 7591 section 2, `logo_uri`): fetched once, kept, and shown from our own origin. So a server that does not answer
//! leaves no broken picture, and no other server learns who signs in.
//!
//! A logo is fetched for clients that somebody has approved: the operator, by registering them or by giving out the token with which they
//! registered, or a user who has allowed them something. Strangers who register clients cause no request.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use thiserror::Error;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::timeout;
use tracing::Instrument;

use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Client;
use crate::ids::ClientKey;
use crate::outbound::{Fetch, Outbound, OutboundError, Purpose};
use crate::picture::{PictureFormat, PictureRefusal};
use crate::settings::RegistrationMode;
use crate::store::{Logo, StoreError};

/// The largest file of a logo, in bytes.
const MAX_BYTES: usize = 128 * 1024;

/// The number of logos that are kept.
const MAX_LOGOS: u32 = 1000;

/// Seconds after which a logo is fetched again if a page shows it.
const FRESH: i64 = 24 * 60 * 60;

/// Seconds from one attempt to the next.
const BETWEEN_ATTEMPTS: i64 = 10 * 60;

/// The addresses whose last attempt is remembered.
const MAX_ATTEMPTS: u64 = 1000;

/// The number of logos that are fetched at the same time.
const MAX_AT_ONCE: usize = 4;

/// The longest time that a page waits for a logo that is fetched for the first time.
const MAX_WAIT: Duration = Duration::from_millis(500);

/// Why a logo is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum LogoError {
    #[error("its logo_uri {0}")]
    Fetch(#[from] OutboundError),
    #[error("the logo is refused: {0}")]
    Picture(#[from] PictureRefusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("as many logos as may be are kept already")]
    Full,
}

/// Fetches logos and keeps them.
#[derive(Clone)]
pub(crate) struct Logos {
    base: Arc<Base>,
    outbound: Arc<dyn Outbound>,
    /// The last attempts, by client and address.
    attempts: Cache<(ClientKey, String), Attempt>,
    places: Arc<Semaphore>,
}

/// An attempt to fetch a logo.
#[derive(Clone)]
struct Attempt {
    at: Timestamp,
    /// Locked until it has ended.
    running: Arc<Mutex<()>>,
}

impl Logos {
    pub(crate) fn new(base: Arc<Base>, outbound: Arc<dyn Outbound>) -> Self {
        Self {
            base,
            outbound,
            attempts: Cache::new(MAX_ATTEMPTS),
            places: Arc::new(Semaphore::new(MAX_AT_ONCE)),
        }
    }

    /// The time at which the logo of a client was fetched, if it is kept; the page shows it from here.
    pub(crate) async fn kept_since(&self, client: &Client) -> Result<Option<Timestamp>, StoreError> {
        let Some(uri) = client.logo_uri.as_ref().map(ToString::to_string) else {
            return Ok(None);
        };
        match self.find(client.key, &uri).await? {
            Some(since) => {
                if self.base.now().since(since) >= FRESH {
                    self.fetch_soon(client);
                }
                Ok(Some(since))
            }
            None => {
                if self.is_approved_by_operator(client) {
                    self.fetch_soon(client);
                }
                let Some(attempt) = self.attempts.get(&(client.key, uri.clone())) else {
                    return Ok(None);
                };
                // A slow server delays the first pages only, and by no more than this.
                let ended = timeout(MAX_WAIT, attempt.running.lock()).await.is_ok();
                if ended {
                    self.find(client.key, &uri).await
                } else {
                    Ok(None)
                }
            }
        }
    }

    fn is_approved_by_operator(&self, client: &Client) -> bool {
        let by_token = self.base.settings.registration.mode == RegistrationMode::Token;
        client.dynamic.is_none() || by_token
    }

    async fn find(&self, client: ClientKey, uri: &str) -> Result<Option<Timestamp>, StoreError> {
        let kept = self.base.store.find_logo_origin(client).await?;
        Ok(kept.filter(|kept| kept.uri == uri).map(|kept| kept.fetched_at))
    }

    /// Fetches the logo of an approved client in the background, unless it has none or that was tried a moment ago.
    pub(crate) fn fetch_soon(&self, client: &Client) {
        let Some(uri) = client.logo_uri.as_ref().map(ToString::to_string) else {
            return;
        };
        let (now, address) = (self.base.now(), (client.key, uri.clone()));
        // A clock that was set back must not stop the attempts until it is there again.
        let recent = |last: Attempt| (last.at..last.at.plus(BETWEEN_ATTEMPTS)).contains(&now);
        if self.attempts.get(&address).is_some_and(recent) {
            return;
        }
        let running = Arc::new(Mutex::new(()));
        let Ok(until_ended) = running.clone().try_lock_owned() else {
            return;
        };
        self.attempts.insert(address, Attempt { at: now, running });
        let (logos, key, client_id) = (self.clone(), client.key, client.id.clone());
        let task = async move {
            let _until_ended = until_ended;
            match logos.fetch(key, uri).await {
                Ok(()) => tracing::debug!(%client_id, "logo of a client fetched"),
                Err(reason) => tracing::info!(%client_id, %reason, "logo of a client not fetched"),
            }
        };
        tokio::spawn(task.in_current_span());
    }

    async fn fetch(&self, client: ClientKey, uri: String) -> Result<(), LogoError> {
        let _place = self.places.acquire().await;
        let request = Fetch {
            url: uri.clone(),
            purpose: Purpose::LogoUri,
            accept: "image/png, image/jpeg, image/webp, image/gif, image/x-icon",
            max_bytes: MAX_BYTES,
        };
        let picture = self.outbound.fetch(request).await?.body;
        let logo = Logo {
            client,
            uri,
            format: PictureFormat::of(&picture)?,
            picture,
            fetched_at: self.base.now(),
        };
        if self.base.store.keep_logo(logo, MAX_LOGOS).await? {
            Ok(())
        } else {
            Err(LogoError::Full)
        }
    }
}
