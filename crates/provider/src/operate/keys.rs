//! Signing keys: seeing, rotating and importing them.

use pixie_oauth::jose::SigningAlgorithm;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::events::actor::Actor;
use crate::keys::{Keys, ListedKey, RotationRefusal, When, WithdrawnKey, rotation};

pub(crate) async fn list_keys(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
) -> Result<Vec<ListedKey>, RotationRefusal> {
    allow(base, actor, Command::ViewKeys)?;
    Ok(rotation::keys(base, keys).await)
}

pub(crate) async fn rotate_key(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    algorithm: SigningAlgorithm,
    when: When,
) -> Result<ListedKey, RotationRefusal> {
    allow(base, actor, Command::RotateKey)?;
    rotation::rotate_key(base, keys, actor, algorithm, when).await
}

pub(crate) async fn withdraw_key(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    kid: &str,
) -> Result<WithdrawnKey, RotationRefusal> {
    allow(base, actor, Command::WithdrawKey)?;
    rotation::withdraw_key(base, keys, actor, kid).await
}

pub(crate) async fn import_key(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    algorithm: Option<SigningAlgorithm>,
    pem: &str,
) -> Result<ListedKey, RotationRefusal> {
    allow(base, actor, Command::ImportKey)?;
    rotation::import_key(base, keys, actor, algorithm, pem).await
}

fn allow(base: &Base, actor: Actor<'_>, command: Command) -> Result<(), RotationRefusal> {
    if may(actor, command, Target::Server, &base.settings) {
        Ok(())
    } else {
        Err(RotationRefusal::NotAllowed)
    }
}
