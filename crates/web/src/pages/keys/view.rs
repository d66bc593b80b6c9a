//! The list of the signing keys.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// The keys that sign tokens, for administrators, at `/keys/`.
#[derive(Clone, Serialize)]
pub(crate) struct SigningKeys {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The algorithms with their keys, in the order they are shown.
    pub(crate) algorithms: Vec<AlgorithmKeys>,
    /// True if the person may withdraw keys.
    pub(crate) may_withdraw: bool,
}

/// The keys of one algorithm.
#[derive(Clone, Serialize)]
pub(crate) struct AlgorithmKeys {
    /// JWA name; the middle of the path that rotates its key.
    pub(crate) algorithm: String,
    /// True if the next key can be published: the algorithm is offered, and it has no next key yet.
    pub(crate) may_publish_next: bool,
    /// True if the key can be replaced at once: the algorithm is offered.
    pub(crate) may_rotate_now: bool,
    /// The keys, the oldest first.
    pub(crate) keys: Vec<KeyRow>,
}

/// One key.
#[derive(Clone, Serialize)]
pub(crate) struct KeyRow {
    /// The key id.
    pub(crate) kid: String,
    /// `next`, `signing` or `old`.
    pub(crate) state: &'static str,
    /// The time since, from or until which the state lasts.
    pub(crate) times: String,
}

impl View for SigningKeys {
    const TEMPLATE: &'static str = "keys.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn sample() -> Self {
        let row = |kid: &str, state, times: &str| KeyRow {
            kid: kid.into(),
            state,
            times: times.into(),
        };
        Self {
            layout: Layout::sample(),
            may_withdraw: true,
            algorithms: vec![
                AlgorithmKeys {
                    algorithm: "RS256".into(),
                    may_publish_next: true,
                    may_rotate_now: true,
                    keys: vec![row(
                        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
                        "signing",
                        "Signs since 1 November 2026, 09:30 UTC",
                    )],
                },
                AlgorithmKeys {
                    algorithm: "ES256".into(),
                    may_publish_next: false,
                    may_rotate_now: true,
                    keys: vec![
                        row(
                            "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
                            "old",
                            "Kept until 29 November 2026, 10:35 UTC",
                        ),
                        row(
                            "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
                            "signing",
                            "Signs since 22 November 2026, 10:30 UTC",
                        ),
                        row(
                            "U8KZvJOqUvYkfVxcvqTG2cVpLs8yCvRYNnZsLx0IhAw",
                            "next",
                            "Signs from 22 November 2026, 18:30 UTC",
                        ),
                    ],
                },
            ],
        }
    }
}
