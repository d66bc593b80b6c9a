//! The question before an application is deleted.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Asks before an application is deleted; posts to `/applications/<id>/delete/`.
#[derive(Clone, Serialize)]
pub(crate) struct DeleteApplication {
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

impl View for DeleteApplication {
    const TEMPLATE: &'static str = "application_delete.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            id: "garden-planner".into(),
            name: "Garden Planner".into(),
            client_id: "garden-planner".into(),
        }
    }
}
