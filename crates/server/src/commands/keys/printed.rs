//! A signing key as the commands print it: nothing of it is secret.

use pixie_provider::{KeyState, ListedKey};

use crate::commands::text::moment;

/// The time after which a running server knows of a change, as the provider reads its keys again.
pub(super) const IN_USE: &str = "Running servers have this within two seconds.\n";

/// The state of a key, in words.
pub(super) fn state(key: &ListedKey) -> String {
    match key.state {
        KeyState::Next { signs_from } => format!("next, signs from {}", moment(signs_from)),
        KeyState::Signing { signs_from } => format!("signing since {}", moment(signs_from)),
        KeyState::Old { verifies_until } => format!("old, kept until {}", moment(verifies_until)),
    }
}
