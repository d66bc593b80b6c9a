//! A signing key as the commands print it: nothing of it is secret.

use pixie_provider::{KeyState, ListedKey, Timestamp};
use serde::Serialize;

use crate::commands::text::moment;

/// The seconds after which every running server has read its keys again.
pub(super) const READ_AGAIN_WITHIN: u32 = 2;

/// The same for people.
pub(super) const IN_USE: &str = "Running servers have this within two seconds.\n";

/// A key that was just made or imported, as JSON.
#[derive(Serialize)]
pub(super) struct NewKey {
    #[serde(flatten)]
    key: ListedKey,
    /// The time from which every running server publishes it, and signs with it if its state says so.
    in_use_by: Timestamp,
}

impl From<ListedKey> for NewKey {
    fn from(key: ListedKey) -> Self {
        // The time at which it was made is rounded down to a second.
        let within = i64::from(READ_AGAIN_WITHIN) + 1;
        Self {
            in_use_by: key.created_at.plus(within),
            key,
        }
    }
}

/// The state of a key, in words.
pub(super) fn state(key: &ListedKey) -> String {
    match key.state {
        KeyState::Next { signs_from } => format!("next, signs from {}", moment(signs_from)),
        KeyState::Signing { signs_from } => format!("signing since {}", moment(signs_from)),
        KeyState::Old { verifies_until } => format!("old, kept until {}", moment(verifies_until)),
    }
}
