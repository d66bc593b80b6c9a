//! Rotating signing keys: the next one is published before it signs, and the old one stays until what it signed has expired
//! (OpenID Connect Core section 10.1.1).

use pixie_oauth::jose::{SigningAlgorithm, SigningKey, SigningKeyError};
use serde::Serialize;
use thiserror::Error;

use super::error::{KeysError, SignError};
use super::ring::{HeldKey, HeldKeys, KeyTimes};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::events::actor::Actor;
use crate::events::event::{Event, KeyAddedBy};
use crate::keys::Keys;
use crate::keys::signing;
use crate::randomness::RandomnessError;
use crate::settings::Settings;
use crate::store::{EndKey, RotateKey, RotateKeyOutcome, StoreError};

/// Seconds that the clocks of several nodes, and of those who verify, may differ.
const SKEW: i64 = 300;

/// The time at which a new key takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After it has been published for the time that the settings say.
    Next,
    /// At once, as when the old one may be known to others.
    Now,
}

/// A signing key as people see it: nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedKey {
    /// The id, the RFC 7638 thumbprint.
    pub kid: String,
    /// The algorithm that it signs with.
    pub algorithm: SigningAlgorithm,
    /// The time at which it was made or imported.
    pub created_at: Timestamp,
    /// The state of the key at present.
    #[serde(flatten)]
    pub state: KeyState,
}

/// The state of a key at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KeyState {
    /// Published, and signs later.
    Next {
        /// From when on.
        signs_from: Timestamp,
    },
    /// The key signs tokens.
    Signing {
        /// Since when.
        signs_from: Timestamp,
    },
    /// Signs no more; what it signed is still verified.
    Old {
        /// Until when.
        verifies_until: Timestamp,
    },
}

/// Why keys stay as they are.
#[derive(Debug, Error)]
pub enum RotationRefusal {
    /// The actor may not do this.
    #[error("only administrators look after the signing keys")]
    NotAllowed,
    /// Nothing is signed with this algorithm.
    #[error("{0} is not among the algorithms that this server signs with: add it to keys.algorithms first")]
    NotOffered(SigningAlgorithm),
    /// A next key waits already.
    #[error(
        "the next key {kid} is published already and will sign by itself; to replace the key at once, rotate now"
    )]
    NextIsPublished {
        /// The id.
        kid: String,
    },
    /// Somebody else was faster.
    #[error(
        "somebody else rotated this key at the same moment: look at the list of keys before you try again"
    )]
    NotNewest,
    /// There is no such key.
    #[error("there is no key {0}, or it is withdrawn already: look at the list of keys")]
    UnknownKey(String),
    /// The key was imported before.
    #[error("the key {0} is here already: each key is imported once, for one algorithm")]
    KidTaken(String),
    /// The text to import is not a key.
    #[error(transparent)]
    NotAKey(SigningKeyError),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl From<StoreError> for RotationRefusal {
    fn from(error: StoreError) -> Self {
        Self::Keys(error.into())
    }
}

impl From<SignError> for RotationRefusal {
    fn from(error: SignError) -> Self {
        Self::Keys(error.into())
    }
}

impl From<RandomnessError> for RotationRefusal {
    fn from(error: RandomnessError) -> Self {
        Self::Keys(error.into())
    }
}

pub(crate) async fn keys(base: &Base, keys: &Keys) -> Vec<ListedKey> {
    let (held, now) = (signing::current_keys(base, keys).await, base.now());
    held.keys().iter().map(|key| listed(&held, key, now)).collect()
}

pub(crate) async fn rotate_key(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    algorithm: SigningAlgorithm,
    when: When,
) -> Result<ListedKey, RotationRefusal> {
    check_offered(&base.settings, algorithm)?;
    let held = newly_read_keys(base, keys).await?;
    let waiting = held.newest(algorithm).filter(|key| key.signs_from > base.now());
    if let (When::Next, Some(next)) = (when, waiting) {
        let kid = next.key.kid().to_owned();
        return Err(RotationRefusal::NextIsPublished { kid });
    }
    let key = keys.threads.generate(algorithm).await?;
    let successor = Successor {
        key: &key,
        signs_from: signs_from(base, when),
        by: KeyAddedBy::Rotation,
    };
    take_over(base, keys, actor, &held, successor).await
}

/// A key that was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WithdrawnKey {
    /// The id.
    pub kid: String,
    /// The algorithm that it signed with.
    pub algorithm: SigningAlgorithm,
    /// The key in its place: a new one if it was the newest of its algorithm; the next one, which signs from now on, if it signed.
    pub successor: Option<ListedKey>,
}

pub(crate) async fn withdraw_key(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    kid: &str,
) -> Result<WithdrawnKey, RotationRefusal> {
    let held = newly_read_keys(base, keys).await?;
    let withdrawn = held.keys().iter().find(|held| held.key.kid() == kid);
    let withdrawn = withdrawn.ok_or_else(|| RotationRefusal::UnknownKey(kid.to_owned()))?;
    let algorithm = withdrawn.key.algorithm();
    let signing = held.signing(algorithm, base.now());
    let signs = signing.is_some_and(|signing| signing.key.kid() == kid);
    let made = if withdrawn.verifies_until.is_none() {
        let when = if signs { When::Now } else { When::Next };
        let key = keys.threads.generate(algorithm).await?;
        let successor = Successor {
            key: &key,
            signs_from: signs_from(base, when),
            by: KeyAddedBy::Rotation,
        };
        Some(take_over(base, keys, actor, &held, successor).await?)
    } else {
        None
    };
    // The newest key has an end by now.
    let event = Event::KeyWithdrawn { kid, algorithm };
    let stored = base.stored_event(actor, &event);
    let command = EndKey {
        kid: kid.to_owned(),
        at: base.now(),
        signs,
    };
    let ended = base.store.end_key(command, stored).await?;
    if ended {
        base.happened(actor, &event);
    }
    let held = newly_read_keys(base, keys).await?;
    if !ended {
        return Err(RotationRefusal::UnknownKey(kid.to_owned()));
    }
    let newest = held.newest(algorithm).filter(|_| signs);
    let successor = made.or_else(|| newest.map(|key| listed(&held, key, base.now())));
    Ok(WithdrawnKey {
        kid: kid.to_owned(),
        algorithm,
        successor,
    })
}

/// The time from which a key signs that is made now.
fn signs_from(base: &Base, when: When) -> Timestamp {
    base.now().plus(match when {
        When::Next => base.settings.keys.publish_ahead,
        When::Now => 0,
    })
}

/// The time until which the key that signs is published after a rotation.
pub(crate) async fn kept_until(base: &Base, when: When) -> Result<Timestamp, StoreError> {
    Ok(signs_from(base, when).plus(max_use(base).await?))
}

pub(crate) async fn import_key(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    algorithm: Option<SigningAlgorithm>,
    pem: &str,
) -> Result<ListedKey, RotationRefusal> {
    let key = match algorithm {
        Some(algorithm) => SigningKey::from_pem(algorithm, pem),
        None => guessed(pem),
    };
    let key = key.map_err(RotationRefusal::NotAKey)?;
    check_offered(&base.settings, key.algorithm())?;
    let held = newly_read_keys(base, keys).await?;
    let successor = Successor {
        key: &key,
        signs_from: base.now(),
        by: KeyAddedBy::Import,
    };
    take_over(base, keys, actor, &held, successor).await
}

pub(crate) async fn rotate_due_keys(base: &Base, keys: &Keys) -> Result<Vec<ListedKey>, KeysError> {
    let settings = &base.settings;
    let Some(every) = settings.keys.rotate_every else {
        return Ok(Vec::new());
    };
    let mut rotated = Vec::new();
    for algorithm in &settings.signing_algorithms {
        let held = signing::current_keys(base, keys).await;
        let due = held.newest(*algorithm).is_some_and(|key| {
            base.now()
                >= key
                    .signs_from
                    .plus(every.saturating_sub(settings.keys.publish_ahead))
        });
        if !due {
            continue;
        }
        match rotate_key(base, keys, Actor::System, *algorithm, When::Next).await {
            Ok(key) => rotated.push(key),
            Err(RotationRefusal::Keys(error)) => return Err(error),
            Err(refusal) => tracing::debug!(%algorithm, %refusal, "another node rotated the key"),
        }
    }
    Ok(rotated)
}

/// The key that takes over.
struct Successor<'a> {
    key: &'a SigningKey,
    signs_from: Timestamp,
    by: KeyAddedBy,
}

async fn take_over(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    held: &HeldKeys,
    successor: Successor<'_>,
) -> Result<ListedKey, RotationRefusal> {
    let Successor { key, signs_from, by } = successor;
    let times = KeyTimes {
        created_at: base.now(),
        signs_from,
    };
    let newest = held.newest(key.algorithm());
    let command = RotateKey {
        key: keys.ring.seal(key, times, &*base.randomness)?,
        expected_newest: newest.map(|newest| newest.key.kid().to_owned()),
        old_until: signs_from.plus(max_use(base).await?),
    };
    let event = Event::KeyAdded {
        kid: key.kid(),
        algorithm: key.algorithm(),
        signs_from,
        by,
    };
    let stored = base.stored_event(actor, &event);
    let outcome = base.store.rotate_key(command, stored).await?;
    if outcome == RotateKeyOutcome::Rotated {
        base.happened(actor, &event);
    }
    newly_read_keys(base, keys).await?;
    match outcome {
        RotateKeyOutcome::Rotated => {}
        RotateKeyOutcome::NotNewest => return Err(RotationRefusal::NotNewest),
        RotateKeyOutcome::KidTaken => return Err(RotationRefusal::KidTaken(key.kid().to_owned())),
    }
    let state = if signs_from > base.now() {
        KeyState::Next { signs_from }
    } else {
        KeyState::Signing { signs_from }
    };
    Ok(ListedKey {
        kid: key.kid().to_owned(),
        algorithm: key.algorithm(),
        created_at: times.created_at,
        state,
    })
}

fn check_offered(settings: &Settings, algorithm: SigningAlgorithm) -> Result<(), RotationRefusal> {
    if settings.signing_algorithms.contains(&algorithm) {
        Ok(())
    } else {
        Err(RotationRefusal::NotOffered(algorithm))
    }
}

async fn newly_read_keys(base: &Base, keys: &Keys) -> Result<std::sync::Arc<HeldKeys>, KeysError> {
    keys.ring.reread(&*base.store, base.now()).await
}

/// Seconds for which something that was signed may be presented: an access token, or an id token as the hint with which a
/// client ends the session it came from (OpenID Connect RP-Initiated Logout section 2), however old it is by then.
async fn max_use(base: &Base) -> Result<i64, StoreError> {
    let of_clients = base.store.max_signed_token_lifetime().await?;
    let settings = &base.settings;
    let own = settings
        .resources
        .iter()
        .filter_map(|resource| resource.access_token_lifetime);
    let lifetimes = settings.lifetimes;
    let all = [
        lifetimes.access_token,
        lifetimes.id_token,
        lifetimes.max_session().absolute,
    ];
    Ok(own.chain(all).chain(of_clients).max().unwrap_or_default() + SKEW)
}

fn listed(held: &HeldKeys, key: &HeldKey, now: Timestamp) -> ListedKey {
    let signing = held.signing(key.key.algorithm(), now);
    let signs = signing.is_some_and(|signing| signing.key.kid() == key.key.kid());
    let signs_from = key.signs_from;
    let state = match key.verifies_until {
        _ if signs => KeyState::Signing { signs_from },
        Some(verifies_until) if signs_from <= now => KeyState::Old { verifies_until },
        _ => KeyState::Next { signs_from },
    };
    ListedKey {
        kid: key.key.kid().to_owned(),
        algorithm: key.key.algorithm(),
        created_at: key.created_at,
        state,
    }
}

/// The key of a PEM text of any kind.
fn guessed(pem: &str) -> Result<SigningKey, SigningKeyError> {
    let kinds = [
        SigningAlgorithm::Rs256,
        SigningAlgorithm::Es256,
        SigningAlgorithm::Es384,
        SigningAlgorithm::EdDsa,
    ];
    let read = kinds.map(|algorithm| SigningKey::from_pem(algorithm, pem));
    read.into_iter()
        .reduce(Result::or)
        .unwrap_or(Err(SigningKeyError::Form))
}
