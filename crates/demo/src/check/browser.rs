//! A browser without a window: it keeps the cookies of the server and never follows a redirect by itself.

use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::SET_COOKIE;

/// The cookies of one person's browser.
#[derive(Clone, Debug, Default)]
pub(super) struct Browser(BTreeMap<String, String>);

impl Browser {
    /// The `Cookie` header; `None` if there are no cookies.
    pub(super) fn cookies(&self) -> Option<String> {
        let pairs: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Keeps what an answer sets, and forgets what it ends.
    pub(super) fn keep(&mut self, headers: &HeaderMap) {
        for cookie in headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
        {
            let pair = cookie.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            if cookie.to_ascii_lowercase().contains("max-age=0") {
                self.0.remove(name.trim());
            } else {
                self.0.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
}
