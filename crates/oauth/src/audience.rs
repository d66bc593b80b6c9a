//! Audiences of tokens: the resources that a client names (RFC 8707 section 2, RFC 7519 section 4.1.3).

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The maximum number of resources in one request.
const MAX_RESOURCES: usize = 20;

/// The resource indicators that a token is issued for, as the client wrote them. In JSON one is a string and several are a
/// list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "OneOrMany", from = "OneOrMany")]
pub struct Audience(Vec<String>);

/// Why a `resource` parameter names no resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AudienceError {
    /// Not an absolute URI, or with a fragment.
    #[error("a resource is an absolute URI without fragment (RFC 8707 section 2)")]
    NotAbsolute,
    /// Too many of them.
    #[error("there are more than 20 resources")]
    TooMany,
}

impl Audience {
    /// Reads the resources of a request, each an absolute URI without fragment, and keeps them as written.
    ///
    /// # Errors
    /// See [`AudienceError`].
    pub fn parse<'a>(resources: impl IntoIterator<Item = &'a str>) -> Result<Self, AudienceError> {
        let mut parsed = Vec::new();
        for resource in resources {
            if !is_absolute(resource) {
                return Err(AudienceError::NotAbsolute);
            }
            if !parsed.iter().any(|one| one == resource) {
                parsed.push(resource.to_owned());
            }
        }
        if parsed.len() > MAX_RESOURCES {
            return Err(AudienceError::TooMany);
        }
        Ok(Self(parsed))
    }

    /// Resources as the store kept them, separated by spaces.
    pub fn from_stored(text: &str) -> Self {
        Self(
            text.split(' ')
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// The resources for the store, separated by spaces, which no URI has; `None` if there are none.
    pub fn to_stored(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join(" "))
    }

    /// The resources.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns `true` if there are no resources.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns `true` if every resource of `narrower` is among these.
    pub fn covers(&self, narrower: &Self) -> bool {
        narrower.0.iter().all(|one| self.0.contains(one))
    }
}

fn is_absolute(text: &str) -> bool {
    let plain = text.len() <= 2000
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"#\"<>\\".contains(&byte));
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let mut letters = scheme.bytes();
    let named = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    plain && named && !rest.is_empty()
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<Audience> for OneOrMany {
    fn from(mut audience: Audience) -> Self {
        match audience.0.len() {
            1 => Self::One(audience.0.remove(0)),
            _ => Self::Many(audience.0),
        }
    }
}

impl From<OneOrMany> for Audience {
    fn from(value: OneOrMany) -> Self {
        match value {
            OneOrMany::One(one) => Self(vec![one]),
            OneOrMany::Many(many) => Self(many),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_absolute_uris_without_fragment() {
        for good in [
            "https://api.example",
            "https://api.example/mcp/",
            "urn:example:api",
        ] {
            assert!(Audience::parse([good]).is_ok(), "{good}");
        }
        for bad in [
            "",
            "api",
            "/path",
            "https://api.example/#x",
            "https://a b",
            ":x",
            "https:",
        ] {
            assert_eq!(Audience::parse([bad]), Err(AudienceError::NotAbsolute), "{bad}");
        }
    }

    #[test]
    fn one_is_a_string_and_several_are_a_list() {
        let one = Audience::parse(["https://a.example"]).unwrap();
        assert_eq!(serde_json::to_string(&one).unwrap(), r#""https://a.example""#);
        let two = Audience::parse(["https://a.example", "https://b.example", "https://a.example"]).unwrap();
        let json = serde_json::to_string(&two).unwrap();
        assert_eq!(json, r#"["https://a.example","https://b.example"]"#);
        assert_eq!(serde_json::from_str::<Audience>(&json).unwrap(), two);
    }

    #[test]
    fn what_is_stored_comes_back() {
        let two = Audience::parse(["https://a.example", "https://b.example"]).unwrap();
        assert_eq!(Audience::from_stored(&two.to_stored().unwrap()), two);
        assert_eq!(Audience::default().to_stored(), None);
    }
}
