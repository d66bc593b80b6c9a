//! Redirect URIs that the rules for an application relax (RFC 9700 section 2.1, RFC 8252 section 7.1). Pages that show the
//! application mark them, because its answers may reach somebody else there.

use pixie_oauth::RedirectUri;
use pixie_provider::{Client, RequestPreview};
use serde::Serialize;

/// A redirect URI that the rules for an application relax.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct RelaxedRedirect {
    /// The rule that is relaxed.
    pub(crate) kind: RelaxedKind,
    /// The host with its port, such as `*.preview.example`; the scheme of an app.
    pub(crate) shown: String,
}

/// The rules that a relaxation takes from a redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RelaxedKind {
    /// Every name in the place of `*` is one of its addresses.
    Wildcard,
    /// The address has no TLS, and is not on the device.
    PlainHttp,
    /// The scheme belongs to nobody.
    OneWordScheme,
}

impl RelaxedRedirect {
    /// The relaxed ones among the registered redirect URIs of a client, each once.
    pub(crate) fn all_of(client: &Client) -> Vec<Self> {
        let mut relaxed: Vec<_> = client.redirect_uris.iter().filter_map(Self::of).collect();
        relaxed.sort();
        relaxed.dedup();
        relaxed
    }

    /// The one to which a request of a client redirects, if it is relaxed.
    pub(crate) fn of_request(client: &Client, uri: &RedirectUri) -> Option<Self> {
        let mut wildcards = client.redirect_uris.iter().filter(|one| one.is_wildcard());
        let registered = wildcards.find(|one| one.matches(uri.as_str(), &client.rules));
        Self::of(registered.unwrap_or(uri))
    }

    /// The same for the request that waits for a sign-in.
    pub(crate) fn of_preview(preview: Option<&RequestPreview>) -> Option<Self> {
        let RequestPreview {
            client, redirect_uri, ..
        } = preview?;
        Self::of_request(client, redirect_uri.uri())
    }

    fn of(uri: &RedirectUri) -> Option<Self> {
        let shown = uri.destination();
        let kind = if uri.is_wildcard() {
            RelaxedKind::Wildcard
        } else if uri.is_private_use() {
            (!shown.contains('.')).then_some(RelaxedKind::OneWordScheme)?
        } else {
            (!uri.is_https() && !uri.is_on_device()).then_some(RelaxedKind::PlainHttp)?
        };
        Some(Self {
            kind,
            shown: shown.to_owned(),
        })
    }

    /// One of each kind, for the samples of pages.
    pub(crate) fn samples() -> Vec<Self> {
        let sample = |kind, shown: &str| Self {
            kind,
            shown: shown.into(),
        };
        vec![
            sample(RelaxedKind::Wildcard, "*.preview.garden.example"),
            sample(RelaxedKind::PlainHttp, "garden.example:8080"),
            sample(RelaxedKind::OneWordScheme, "garden"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_redirect_uris_that_a_relaxation_allows_are_marked() {
        let of = |uri: &str| RelaxedRedirect::of(&RedirectUri::from_stored(uri.to_owned()));
        for (uri, kind, shown) in [
            (
                "https://*.preview.example/cb",
                RelaxedKind::Wildcard,
                "*.preview.example",
            ),
            (
                "http://app.example:8080/cb",
                RelaxedKind::PlainHttp,
                "app.example:8080",
            ),
            ("cursor://host/path", RelaxedKind::OneWordScheme, "cursor"),
        ] {
            let shown = shown.to_owned();
            assert_eq!(of(uri), Some(RelaxedRedirect { kind, shown }), "{uri}");
        }
        for uri in [
            "https://app.example/cb",
            "http://127.0.0.1/cb",
            "http://localhost:3000/cb",
            "com.example.app:/cb",
        ] {
            assert_eq!(of(uri), None, "{uri}");
        }
    }
}
