//! Redirect URIs with `*` as the first label of the host, for preview deployments: the relaxation `wildcard_redirect_uris`, an
//! exception from exact comparison (RFC 9700 section 2.1).

use super::public_suffix::is_public_suffix;
use super::{authority, split_port};
use crate::host::{is_host, is_port};

/// The start of such a URI. The rest of it has no further `*`.
const START: &str = "https://*.";

/// The maximum length of a label (RFC 1035 section 2.3.4).
const MAX_LABEL_LENGTH: usize = 63;

/// The domain below which any label is allowed, if a URI is written with a wildcard.
pub(super) fn domain(uri: &str) -> Option<&str> {
    let rest = uri.strip_prefix(START)?;
    Some(split_port(authority(rest)).0)
}

/// The part of a URI after its wildcard; the whole URI if it has none.
pub(super) fn after_label(uri: &str) -> &str {
    uri.strip_prefix("https://*").unwrap_or(uri)
}

/// Returns `true` if the part of a URI after `https://*.` may be registered: a domain that somebody registered, a port, path
/// and query without a further `*`.
pub(super) fn is_well_formed(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix(START) else {
        return false;
    };
    let (domain, port) = split_port(authority(rest));
    !rest.contains('*')
        && is_host(domain)
        && domain.split('.').all(|label| !label.is_empty())
        && !domain.ends_with(|last: char| last.is_ascii_digit())
        && port.is_none_or(is_port)
}

/// Returns `true` if everybody may register names below the domain of a wildcard.
pub(super) fn is_below_public_suffix(uri: &str) -> bool {
    domain(uri).is_some_and(is_public_suffix)
}

/// Returns `true` if a request names a URI of the registered wildcard: one label in the place of `*`, all else byte for byte.
pub(super) fn matches(registered: &str, requested: &str) -> bool {
    let (Some(after), Some(requested)) = (
        registered.strip_prefix("https://*"),
        requested.strip_prefix("https://"),
    ) else {
        return false;
    };
    let end = requested
        .find(|character: char| !(character.is_ascii_alphanumeric() || character == '-'))
        .unwrap_or(requested.len());
    let (label, rest) = requested.split_at(end);
    (1..=MAX_LABEL_LENGTH).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && rest == after
}
