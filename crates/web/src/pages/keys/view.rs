//! The list of the signing keys.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::moment::minute;
use crate::templates::View;
use crate::texts::{Text, text};

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
    pub(crate) times: Text,
}

impl View for SigningKeys {
    const TEMPLATE: &'static str = "keys.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        let at = |seconds| minute(Timestamp::from_seconds(seconds));
        let row = |kid: &str, state, times| KeyRow {
            kid: kid.into(),
            state,
            times,
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
                        text!("keys-state.signing", time = at(1_793_525_400)),
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
                            text!("keys-state.old", time = at(1_795_948_500)),
                        ),
                        row(
                            "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
                            "signing",
                            text!("keys-state.signing", time = at(1_795_343_400)),
                        ),
                        row(
                            "U8KZvJOqUvYkfVxcvqTG2cVpLs8yCvRYNnZsLx0IhAw",
                            "next",
                            text!("keys-state.next", time = at(1_795_372_200)),
                        ),
                    ],
                },
            ],
        }
    }
}
