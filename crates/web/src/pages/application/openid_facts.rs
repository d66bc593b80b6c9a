//! The metadata of an application about OpenID Connect, in words for its page.

use pixie_oauth::Part;
use pixie_provider::Client;

use super::view::Fact;
use crate::texts::{tables, text};

/// A line for each registered value. A value that is left to the server has no line.
pub(crate) fn of(client: &Client) -> Vec<Fact> {
    let authentication = client.auth_method.has_assertions().then(|| Fact {
        label: text!("application-authentication"),
        values: vec![client.auth_method.to_string()],
    });
    let described = client.described().into_iter();
    let openid = described.filter(|(field, _)| field.part == Part::OpenId);
    let facts = openid.map(|(field, values)| Fact {
        label: tables::field_label(field),
        values,
    });
    authentication.into_iter().chain(facts).collect()
}
