//! `[[resources]]`: the APIs for which access tokens are issued (RFC 8707 section 2).

use std::time::Duration;

use pixie_oauth::{AccessTokenFormat, Audience};
use pixie_provider::Resource;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use toml::Value;

use super::checks::whole_and_longer_than_zero;
use super::entry::Entry;
use super::error::{ConfigError, KeyError};
use super::setting::Setting;
use super::span::whole_seconds;

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
    let duration =
        Duration::read(&value).and_then(|duration| whole_and_longer_than_zero(&duration).map(|()| duration));
    duration.map(Some).map_err(D::Error::custom)
}

/// The resources that the file lists.
///
/// # Errors
/// Every item that is wrong, with its line.
pub(crate) fn resources(entries: &[Entry]) -> Result<Vec<Resource>, ConfigError> {
    let (mut resources, mut errors): (Vec<(Resource, &Entry)>, _) = (Vec::new(), Vec::new());
    for entry in entries {
        match resource(entry, &resources) {
            Ok(resource) => resources.push((resource, entry)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(resources.into_iter().map(|(resource, _)| resource).collect())
    } else {
        Err(ConfigError::new(errors))
    }
}

fn resource(entry: &Entry, before: &[(Resource, &Entry)]) -> Result<Resource, KeyError> {
    let written: Written = entry.read()?;
    let key = "identifier";
    Audience::parse([written.identifier.as_str()]).map_err(|error| entry.refuse(Some(key), error))?;
    let mut same = before.iter();
    if let Some((_, first)) = same.find(|(other, _)| other.identifier == written.identifier) {
        let first = first.origin_of(key);
        let cause = format!("it is declared twice; keep one of them (the first is in {first})");
        return Err(entry.refuse(Some(key), cause));
    }
    Ok(Resource {
        identifier: written.identifier,
        access_token_format: written.access_token_format,
        access_token_lifetime: written.access_token_lifetime.map(whole_seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Result<Vec<Resource>, String> {
        resources(&Entry::list(file, "resources")).map_err(|error| error.to_string())
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
        insta::assert_snapshot!(refused("access_token_format = \"jwt\""), @"pixie.toml: `identifier` is missing");
        insta::assert_snapshot!(refused("identifier = \"orders\""), @r#"pixie.toml: `identifier` is `"orders"`: a resource is an absolute URI without fragment (RFC 8707 section 2)"#);
        insta::assert_snapshot!(refused(&format!("{rest}access_token_format = \"JWT\"")), @r#"pixie.toml: `access_token_format`: unknown access token format `JWT`, expected one of `opaque`, `jwt`"#);
        insta::assert_snapshot!(refused(&format!("{rest}access_token_lifetime = \"soon\"")), @r#"pixie.toml: `access_token_lifetime` is `"soon"`: must be a duration: seconds, or text such as "500ms", "60s", "10m", "12h", "30d""#);
        insta::assert_snapshot!(refused(&format!("{rest}access_token_lifetime = 0")), @"pixie.toml: `access_token_lifetime` is `0`: must be longer than zero");
        insta::assert_snapshot!(refused(&format!("{rest}access_token_lifetime = \"1500ms\"")), @r#"pixie.toml: `access_token_lifetime` is `"1500ms"`: must be a whole number of seconds"#);
        insta::assert_snapshot!(refused(&format!("{rest}lifetime = 5")), @"pixie.toml: unknown field `lifetime`, expected one of `identifier`, `access_token_format`, `access_token_lifetime`");
        insta::assert_snapshot!(refused(&format!("{rest}[[resources]]\n{rest}")), @r#"pixie.toml: `identifier` is `"urn:a:b"`: it is declared twice; keep one of them (the first is in pixie.toml)"#);
    }
}
