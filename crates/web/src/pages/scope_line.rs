//! A scope as pages show it.

use serde::Serialize;

/// One scope, in words.
#[derive(Clone, Serialize)]
pub(crate) struct ScopeLine {
    /// The scope token (RFC 6749 section 3.3).
    pub(crate) name: String,
    /// The permission, in words for people.
    pub(crate) description: String,
}

impl ScopeLine {
    /// The two scopes of a fresh installation.
    pub(crate) fn samples() -> Vec<Self> {
        vec![
            Self {
                name: "read".into(),
                description: "See what you keep there".into(),
            },
            Self {
                name: "write".into(),
                description: "Add, change and delete what you keep there".into(),
            },
        ]
    }
}
