//! The address of a page of an application, for a link.

use pixie_oauth::WebUri;

/// The address as text, if the application has that page.
pub(crate) fn address(uri: Option<&WebUri>) -> Option<String> {
    uri.map(ToString::to_string)
}
