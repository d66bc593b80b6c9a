//! The metadata of an application, in words for its page: the fields for which the page has no line of its own.

use pixie_provider::Client;

use super::view::Fact;
use crate::texts::{tables, text};

/// The fields for which the page has a line of its own.
const OWN_LINES: [&str; 10] = [
    "client_name",
    "redirect_uris",
    "allowed_origins",
    "grant_types",
    "token_endpoint_auth_method",
    "scope",
    "default_scope",
    "skip_authorization",
    "profile",
    "relaxations",
];

/// A line for each registered value. A value that is left to the server has no line.
pub(crate) fn of(client: &Client) -> Vec<Fact> {
    let authentication = client.auth_method.has_assertions().then(|| Fact {
        label: text!("application-authentication"),
        values: vec![client.auth_method.to_string()],
    });
    let described = client.described().into_iter();
    let others = described.filter(|(field, _)| !OWN_LINES.contains(&field.name));
    let facts = others.map(|(field, values)| Fact {
        label: tables::field_label(field),
        values,
    });
    authentication.into_iter().chain(facts).collect()
}
