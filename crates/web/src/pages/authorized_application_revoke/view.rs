//! The question before a consent is withdrawn.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::templates::View;

/// Asks before a consent is taken back; posts to `/authorized_tokens/<id>/delete/`.
#[derive(Clone, Serialize)]
pub(crate) struct RevokeAuthorization {
    /// The page's frame.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The last part of the path.
    pub(crate) id: String,
    /// The application's name.
    pub(crate) application: String,
    /// The application's client id.
    pub(crate) client_id: String,
    /// The redirect URIs that the rules for it relax.
    pub(crate) relaxed: Vec<RelaxedRedirect>,
    /// False if the application is trusted, so that it gets access again without a question.
    pub(crate) asks_again: bool,
}

impl View for RevokeAuthorization {
    const TEMPLATE: &'static str = "authorized_application_revoke.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::person_sample(),
            id: "7".into(),
            application: "Garden Planner".into(),
            client_id: "garden-planner".into(),
            relaxed: RelaxedRedirect::samples(),
            asks_again: true,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        vec![(
            "trusted",
            Self {
                asks_again: false,
                ..Self::sample()
            },
        )]
    }
}
