//! Another master key in the place of the one in use, in two steps: both open the root key until the former is retired, so that
//! one server after the other gets the new one.

use thiserror::Error;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::keys::{KeysError, MasterKey, RootKey};
use crate::store::StoreError;

/// Why no other master key opens the keys.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MasterKeyRefusal {
    /// The actor may not do this.
    #[error("only the operator of the server changes its master key")]
    NotAllowed,
    /// The master key of this provider was retired, or another one is added at this moment.
    #[error(
        "the master key was changed at the same moment, or the one that is configured is retired: look which one is right, and try again"
    )]
    Changed,
    /// It cannot be sealed.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) async fn add_master_key(
    base: &Base,
    root: &RootKey,
    actor: Actor<'_>,
    new: &MasterKey,
) -> Result<(), MasterKeyRefusal> {
    allow(base, actor)?;
    let sealed = root.sealed_with(new, &*base.randomness)?;
    let event = Event::MasterKeyAdded;
    let stored = base.stored_event(actor, &event);
    let known = root.master_key_id.clone();
    if !base.store.add_root_key(known, sealed, stored).await? {
        return Err(MasterKeyRefusal::Changed);
    }
    base.happened(actor, &event);
    Ok(())
}

pub(crate) async fn retire_master_keys(
    base: &Base,
    actor: Actor<'_>,
    keep: &MasterKey,
) -> Result<u64, MasterKeyRefusal> {
    allow(base, actor)?;
    let event = Event::MasterKeysRetired;
    let stored = base.stored_event(actor, &event);
    let keep = keep.id().map_err(KeysError::from)?;
    let retired = base.store.retire_root_keys(keep, stored).await?;
    if retired > 0 {
        base.happened(actor, &event);
    }
    Ok(retired)
}

fn allow(base: &Base, actor: Actor<'_>) -> Result<(), MasterKeyRefusal> {
    if may(actor, Command::RotateMasterKey, Target::Server, &base.settings) {
        Ok(())
    } else {
        Err(MasterKeyRefusal::NotAllowed)
    }
}
