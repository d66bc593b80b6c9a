//! `[[resources]]`: the APIs for which access tokens are issued (RFC 8707 section 2).

use std::time::Duration;

use pixie_oauth::{AccessTokenFormat, Audience};
use pixie_provider::Resource;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use toml::Value;

use super::checks::longer_than_zero;
use super::entry::Entry;
use super::setting::Setting;

/// The description of the list in the reference.
pub(super) const ABOUT: &str = "The APIs whose access tokens are other than those of all others: one `[[resources]]` for each API, \
                                with its `identifier`, the absolute URI that applications send as `resource` and that the API \
                                finds in `aud` (compared byte for byte); `access_token_format`, `\"opaque\"` or `\"jwt\"`; and \
                                `access_token_lifetime`, a duration. What is left out is as everywhere else. APIs that are not \
                                listed can be named all the same. See docs/resources.md.";

/// One item, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    identifier: String,
    access_token_format: Option<AccessTokenFormat>,
    #[serde(default, deserialize_with = "lifetime")]
    access_token_lifetime: Option<Duration>,
}

fn lifetime<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let duration = Duration::read(&value).and_then(|duration| longer_than_zero(&duration).map(|()| duration));
    // The name of the key is added by the reader of the table.
    let named = |complaint| D::Error::custom(format!("the value {complaint}"));
    duration.map(Some).map_err(named)
}

/// The resources that the file lists; the error is the place of a mistake and what is wrong.
pub(crate) fn resources(entries: &[Entry]) -> Result<Vec<Resource>, (&Entry, String)> {
    let mut resources: Vec<Resource> = Vec::new();
    for entry in entries {
        let resource = resource(entry).map_err(|complaint| (entry, complaint))?;
        let identifier = &resource.identifier;
        if resources.iter().any(|other| other.identifier == *identifier) {
            let complaint =
                format!("the resource {identifier:?} stands here a second time; keep one of them");
            return Err((entry, complaint));
        }
        resources.push(resource);
    }
    Ok(resources)
}

fn resource(entry: &Entry) -> Result<Resource, String> {
    let written: Written = entry.read()?;
    Audience::parse([written.identifier.as_str()])
        .map_err(|error| format!("the identifier {:?} cannot be used: {error}", written.identifier))?;
    // Whole seconds, rounded up.
    let seconds = |lifetime: Duration| {
        let whole = lifetime.as_secs() + u64::from(lifetime.subsec_nanos() > 0);
        i64::try_from(whole).unwrap_or(i64::MAX)
    };
    Ok(Resource {
        identifier: written.identifier,
        access_token_format: written.access_token_format,
        access_token_lifetime: written.access_token_lifetime.map(seconds),
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::config::error::Origin;

    fn read(file: &str) -> Result<Vec<Resource>, String> {
        let table: toml::Table = toml::from_str(file).unwrap();
        let items = table["resources"].as_array().unwrap();
        let entries: Vec<_> = items
            .iter()
            .map(|item| Entry {
                table: item.as_table().unwrap().clone(),
                origin: Origin::File(PathBuf::from("pixie.toml"), None),
                lines: Vec::new(),
            })
            .collect();
        resources(&entries).map_err(|(_, complaint)| complaint)
    }

    #[test]
    fn a_resource_says_what_it_wants_and_nothing_else_is_needed() {
        let read = read(
            "[[resources]]\nidentifier = \"https://orders.example/\"\naccess_token_format = \"jwt\"\n\
             access_token_lifetime = \"5m\"\n[[resources]]\nidentifier = \"urn:example:files\"",
        );
        let orders = Resource {
            identifier: "https://orders.example/".to_owned(),
            access_token_format: Some(AccessTokenFormat::Jwt),
            access_token_lifetime: Some(300),
        };
        let files = Resource {
            identifier: "urn:example:files".to_owned(),
            access_token_format: None,
            access_token_lifetime: None,
        };
        assert_eq!(read, Ok(vec![orders, files]));
    }

    #[test]
    fn mistakes_are_named() {
        let refused = |text: &str| read(&format!("[[resources]]\n{text}")).unwrap_err();
        let rest = "identifier = \"urn:a:b\"\n";
        insta::assert_snapshot!(refused("access_token_format = \"jwt\""), @"missing field `identifier`");
        insta::assert_snapshot!(refused("identifier = \"orders\""), @r#"the identifier "orders" cannot be used: a resource is an absolute URI without fragment (RFC 8707 section 2)"#);
        insta::assert_snapshot!(refused(&format!("{rest}access_token_format = \"JWT\"")), @r#"unknown access token format `JWT`, expected one of `opaque`, `jwt` in `access_token_format`"#);
        insta::assert_snapshot!(refused(&format!("{rest}access_token_lifetime = \"soon\"")), @r#"the value must be a duration: seconds, or text such as "500ms", "60s", "10m", "12h", "30d" in `access_token_lifetime`"#);
        insta::assert_snapshot!(refused(&format!("{rest}access_token_lifetime = 0")), @"the value must be longer than zero in `access_token_lifetime`");
        insta::assert_snapshot!(refused(&format!("{rest}lifetime = 5")), @"unknown field `lifetime`, expected one of `identifier`, `access_token_format`, `access_token_lifetime`");
        insta::assert_snapshot!(refused(&format!("{rest}[[resources]]\n{rest}")), @r#"the resource "urn:a:b" stands here a second time; keep one of them"#);
    }
}
