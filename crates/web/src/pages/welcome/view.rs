//! The first page for somebody who has just made their account.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Offers an authenticator app, and the way on.
#[derive(Clone, Serialize)]
pub(crate) struct Welcome {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
}

impl View for Welcome {
    const TEMPLATE: &'static str = "welcome.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::person_sample(),
        }
    }
}
