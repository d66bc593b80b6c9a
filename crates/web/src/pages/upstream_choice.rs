//! An upstream provider as pages offer it.

use serde::Serialize;

use crate::web::Web;

/// An upstream provider as pages offer it.
#[derive(Clone, Serialize)]
pub(crate) struct UpstreamChoice {
    /// The id, a part of paths.
    pub(crate) id: String,
    /// The name on the button.
    pub(crate) name: String,
}

impl UpstreamChoice {
    /// Those that the operator has configured, in that order.
    pub(crate) fn of(web: &Web) -> Vec<Self> {
        let upstreams = web.provider().settings().upstreams.iter();
        upstreams
            .map(|one| Self::new(one.id.as_str(), &one.name))
            .collect()
    }

    fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Two of them.
    pub(crate) fn samples() -> Vec<Self> {
        vec![Self::new("google", "Google"), Self::new("github", "GitHub")]
    }
}
