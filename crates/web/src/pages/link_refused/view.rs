//! The page for a link that cannot be used.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::templates::View;
use crate::texts::Text;

/// Says why a link cannot be used. Who is signed in with another account posts `instead` and
/// `csrf_token` to the page of the link.
#[derive(Clone, Serialize)]
pub(crate) struct LinkRefused {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The kind of the page: `invitation` or `reset`.
    pub(crate) kind: &'static str,
    /// The reason: `unknown`, `expired`, `used`, `disabled` or `foreign`.
    pub(crate) reason: &'static str,
    /// The day on which it ended, if that is the reason.
    pub(crate) ended: Option<Text>,
    /// True if the person can ask for another link by mail.
    pub(crate) can_ask: bool,
    /// The username of the person who is signed in, if that is the reason.
    pub(crate) signed_in_as: Option<String>,
}

impl View for LinkRefused {
    const TEMPLATE: &'static str = "link_refused.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            kind: "invitation",
            reason: "unknown",
            ended: None,
            can_ask: false,
            signed_in_as: None,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let reset = || Self {
            kind: "reset",
            can_ask: true,
            ..Self::sample()
        };
        let ended = || Some(day(Timestamp::from_seconds(1_793_664_000)));
        let (expired, used, disabled, foreign) = ("expired", "used", "disabled", "foreign");
        vec![
            (
                "invitation_expired",
                Self {
                    reason: expired,
                    ended: ended(),
                    ..Self::sample()
                },
            ),
            (
                "invitation_used",
                Self {
                    reason: used,
                    ..Self::sample()
                },
            ),
            (
                "invitation_foreign",
                Self {
                    reason: foreign,
                    signed_in_as: Some("bob".into()),
                    ..Self::sample()
                },
            ),
            (
                "reset_expired",
                Self {
                    reason: expired,
                    ended: ended(),
                    ..reset()
                },
            ),
            (
                "reset_used",
                Self {
                    reason: used,
                    ..reset()
                },
            ),
            (
                "reset_disabled",
                Self {
                    reason: disabled,
                    ..reset()
                },
            ),
            (
                "reset_foreign",
                Self {
                    reason: foreign,
                    signed_in_as: Some("bob".into()),
                    ..reset()
                },
            ),
        ]
    }
}
