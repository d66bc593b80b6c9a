//! Request parameters, `application/x-www-form-urlencoded`, each at most once (RFC 6749 sections 3.1 and 3.2, appendix
//! B), but for `resource`, of which there may be several (RFC 8707 section 2).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use percent_encoding::percent_decode;
use thiserror::Error;

/// The maximum number of parameters, which bounds the work that a request can cause. No specification needs as many.
const MAX_PARAMETERS: usize = 100;

/// The one parameter that may be repeated.
const RESOURCE: &str = "resource";

/// The parameters of one request. A parameter sent without a value counts as not sent (RFC 6749 section 3.1).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params {
    values: BTreeMap<String, String>,
    resources: Vec<String>,
}

/// Why a query or a form body is not a set of parameters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParamsError {
    /// The same name twice: a server and a proxy in front of it could each believe another one. The name is shortened to what an
    /// error may show.
    #[error("the parameter {0} is repeated")]
    Repeated(String),
    /// Percent-decoding gives bytes that are not UTF-8.
    #[error("a parameter is not valid UTF-8")]
    NotUtf8,
    /// More than 100 parameters.
    #[error("there are too many parameters")]
    TooMany,
}

/// A name for an error: visible ASCII without quotes, and not long.
fn shown(name: &str) -> String {
    const MAX_SHOWN: usize = 40;
    let visible = |character: &char| {
        character.is_ascii_graphic() && !matches!(character, '"' | '\'' | '\\' | '<' | '>')
    };
    name.chars().filter(visible).take(MAX_SHOWN).collect()
}

impl Params {
    /// Reads a query string (without `?`) or a form body.
    ///
    /// # Errors
    /// Repeated names, bytes that are not UTF-8, more than 100 parameters.
    pub fn parse(encoded: &[u8]) -> Result<Self, ParamsError> {
        let pairs = encoded
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty());
        Self::gather(pairs.map(|pair| {
            let split = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = (&pair[..split], pair.get(split + 1..).unwrap_or_default());
            Ok((form_decode(name)?, form_decode(value)?))
        }))
    }

    /// Parameters that came in another way than form-encoded, such as in a request object.
    ///
    /// # Errors
    /// Repeated names, more than 100 parameters.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, ParamsError> {
        Self::gather(pairs.into_iter().map(Ok))
    }

    fn gather(
        pairs: impl Iterator<Item = Result<(String, String), ParamsError>>,
    ) -> Result<Self, ParamsError> {
        let mut params = Self::default();
        for (before, pair) in pairs.enumerate() {
            if before == MAX_PARAMETERS {
                return Err(ParamsError::TooMany);
            }
            let (name, value) = pair?;
            if name == RESOURCE {
                params.resources.push(value);
                continue;
            }
            match params.values.entry(name) {
                Entry::Occupied(repeated) => return Err(ParamsError::Repeated(shown(repeated.key()))),
                Entry::Vacant(new) => new.insert(value),
            };
        }
        Ok(params)
    }

    /// These parameters, and those of others whose names are not among them.
    #[must_use]
    pub fn over(mut self, others: &Self) -> Self {
        for (name, value) in &others.values {
            self.values.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if self.resources.is_empty() {
            self.resources.clone_from(&others.resources);
        }
        self
    }

    /// The value of a parameter, `None` when it was not sent or sent empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The values of `resource` that were not sent empty (RFC 8707 section 2).
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.resources
            .iter()
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Sets a parameter; what it was before is gone.
    pub fn set(&mut self, name: &str, value: String) {
        if name == RESOURCE {
            self.resources = vec![value];
        } else {
            self.values.insert(name.to_owned(), value);
        }
    }

    /// Takes a parameter away.
    pub fn remove(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// The names that were sent, with or without a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let resource = self.resources.first().map(|_| RESOURCE);
        self.values.keys().map(String::as_str).chain(resource)
    }

    /// The parameters written again as a query string, in the order of their names.
    pub fn to_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.values)
            .extend_pairs(self.resources.iter().map(|value| (RESOURCE, value)))
            .finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Params {
    /// Parameters from pairs that the program itself writes; the last of a repeated name counts.
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut params = Self::default();
        for (name, value) in pairs {
            params.set(name, value.to_owned());
        }
        params
    }
}

/// Shows names only: values may be secrets.
impl std::fmt::Debug for Params {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}

/// Decodes one name or value: `+` is a space, `%XX` is a byte, the whole must be UTF-8.
pub(crate) fn form_decode(encoded: &[u8]) -> Result<String, ParamsError> {
    // Most are written plainly.
    if !encoded.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        let plain = std::str::from_utf8(encoded).map_err(|_| ParamsError::NotUtf8)?;
        return Ok(plain.to_owned());
    }
    let spaced: Vec<u8> = encoded
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let decoded = percent_decode(&spaced)
        .decode_utf8()
        .map_err(|_| ParamsError::NotUtf8)?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repeated_parameters_are_refused() {
        let strange = format!("%22%3Cb%3E%0A{0}=1&%22%3Cb%3E%0A{0}=2", "x".repeat(100));
        let repeated = ParamsError::Repeated("b".to_owned() + &"x".repeat(39));
        assert_eq!(Params::parse(strange.as_bytes()), Err(repeated));
        assert_eq!(Params::parse(b"a=1&a=1"), Err(ParamsError::Repeated("a".into())));
        assert_eq!(
            Params::parse(b"scope=a&sc%6Fpe=b"),
            Err(ParamsError::Repeated("scope".into()))
        );
        assert_eq!(Params::parse(b"a=&a=1"), Err(ParamsError::Repeated("a".into())));
    }

    #[test]
    fn resource_alone_may_be_repeated() {
        let params = Params::parse(b"resource=https%3A%2F%2Fa&x=1&resource=https%3A%2F%2Fb").unwrap();
        assert_eq!(params.resources().collect::<Vec<_>>(), ["https://a", "https://b"]);
        assert_eq!(Params::parse(params.to_query().as_bytes()), Ok(params));
    }

    #[test]
    fn parameters_from_elsewhere_are_held_to_the_same_bounds() {
        let pairs = |names: &[&str]| {
            names
                .iter()
                .map(|name| ((*name).to_owned(), "1".to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(Params::from_pairs(pairs(&["b", "a"])), Params::parse(b"a=1&b=1"));
        assert_eq!(
            Params::from_pairs(pairs(&["resource", "resource"])),
            Params::parse(b"resource=1&resource=1")
        );
        assert_eq!(
            Params::from_pairs(pairs(&["a", "a"])),
            Err(ParamsError::Repeated("a".into()))
        );
        let many = (0..=MAX_PARAMETERS).map(|number| (number.to_string(), String::new()));
        assert_eq!(Params::from_pairs(many), Err(ParamsError::TooMany));
    }

    #[test]
    fn parameters_over_others_win_by_name() {
        let params = |text: &str| Params::parse(text.as_bytes()).unwrap();
        let over = |upper: &str, lower: &str| params(upper).over(&params(lower)).to_query();
        assert_eq!(
            over("a=1&resource=x", "a=2&b=2&resource=y&resource=z"),
            "a=1&b=2&resource=x"
        );
        assert_eq!(over("a=1", "resource=y&resource=z"), "a=1&resource=y&resource=z");
    }

    #[test]
    fn a_parameter_sent_empty_counts_as_not_sent() {
        let params = Params::parse(b"code_challenge=&x&state=1").unwrap();
        assert_eq!(params.get("code_challenge"), None);
        assert_eq!(params.get("x"), None);
        assert_eq!(params.get("state"), Some("1"));
    }

    #[test]
    fn values_are_form_decoded() {
        let params =
            Params::parse(b"scope=read+write&redirect_uri=http%3A%2F%2Fa%2F%3Fx%3D1%2B1&q=a=b").unwrap();
        assert_eq!(params.get("scope"), Some("read write"));
        assert_eq!(params.get("redirect_uri"), Some("http://a/?x=1+1"));
        assert_eq!(params.get("q"), Some("a=b"));
    }

    #[test]
    fn invalid_utf8_is_refused() {
        assert_eq!(Params::parse(b"state=%ff"), Err(ParamsError::NotUtf8));
        assert_eq!(Params::parse(b"\xff=1"), Err(ParamsError::NotUtf8));
    }

    #[test]
    fn the_number_of_parameters_is_bounded() {
        let many: Vec<String> = (0..=MAX_PARAMETERS)
            .map(|number| format!("p{number}=1"))
            .collect();
        assert_eq!(
            Params::parse(many.join("&").as_bytes()),
            Err(ParamsError::TooMany)
        );
    }

    #[test]
    fn values_do_not_show_in_debug_output() {
        let params = Params::parse(b"client_secret=hunter2").unwrap();
        assert_eq!(format!("{params:?}"), r#"{"client_secret"}"#);
    }

    proptest! {
        #[test]
        fn parsing_never_panics(bytes: Vec<u8>) {
            let _ = Params::parse(&bytes);
        }

        #[test]
        fn what_is_written_is_read_again(values: BTreeMap<String, String>) {
            let params = Params { values, ..Params::default() };
            prop_assert_eq!(Params::parse(params.to_query().as_bytes()), Ok(params));
        }
    }
}
