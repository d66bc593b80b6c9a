//! The question before an application gets a new secret.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Asks before an application gets a new secret; posts to `/applications/<id>/rotate-secret/`.
#[derive(Clone, Serialize)]
pub(crate) struct RotateSecret {
    /// The page's frame.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The last part of the application's path.
    pub(crate) id: String,
    /// The application's name.
    pub(crate) name: String,
    /// The client id.
    pub(crate) client_id: String,
}

impl View for RotateSecret {
    const TEMPLATE: &'static str = "application_rotate_secret.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            id: "nightly-reports".into(),
            name: "Nightly reports".into(),
            client_id: "nightly-reports".into(),
        }
    }
}
