//! The page that shows a client secret, once.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Shows the secret of a confidential application right after it was made. Only its hash is kept.
#[derive(Clone, Serialize)]
pub(crate) struct ApplicationSecret {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The last part of the application's path.
    pub(crate) id: String,
    /// The application's name.
    pub(crate) name: String,
    /// The client id.
    pub(crate) client_id: String,
    /// The secret.
    pub(crate) client_secret: String,
    /// The change that made the secret: `application` was registered, a `change` was saved, the `secret` was rotated.
    pub(crate) made: &'static str,
}

impl View for ApplicationSecret {
    const TEMPLATE: &'static str = "application_secret.html";
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
            client_secret: "pixie_cs_THISISASAMPLEANDNOTASECRETTHISISASAMPLEAN00000".into(),
            made: "application",
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let made = |made| Self {
            made,
            ..Self::sample()
        };
        vec![("changed", made("change")), ("rotated", made("secret"))]
    }
}
