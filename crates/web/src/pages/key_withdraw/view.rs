//! The question before a signing key is withdrawn.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// The question before a key is withdrawn, at `/keys/withdraw/<kid>/`.
#[derive(Clone, Serialize)]
pub(crate) struct WithdrawKey {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The key id, the last part of the path.
    pub(crate) kid: String,
    /// JWA name.
    pub(crate) algorithm: String,
    /// True if it may have signed tokens.
    pub(crate) signed_tokens: bool,
    /// True if it signs now, so that a new key takes its place.
    pub(crate) signs: bool,
}

impl View for WithdrawKey {
    const TEMPLATE: &'static str = "key_withdraw.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            kid: "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s".into(),
            algorithm: "ES256".into(),
            signed_tokens: true,
            signs: true,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "old",
                Self {
                    signs: false,
                    ..Self::sample()
                },
            ),
            (
                "next",
                Self {
                    signs: false,
                    signed_tokens: false,
                    ..Self::sample()
                },
            ),
        ]
    }
}
