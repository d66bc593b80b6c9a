//! A switch of client metadata that is on if it is left out.

use serde::{Deserialize, Serialize};

/// `true` or `false` in JSON; `true` if it is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OnByDefault(bool);

impl OnByDefault {
    /// A switch that is off.
    pub const OFF: Self = Self(false);

    /// `true` if the switch is on.
    pub const fn is_on(self) -> bool {
        self.0
    }
}

impl Default for OnByDefault {
    fn default() -> Self {
        Self(true)
    }
}
