//! Web origins, as browsers send them in `Origin` (RFC 6454 section 6.2).

use std::fmt;

use thiserror::Error;

/// `scheme://host[:port]` in the form that browsers send: lower case, without the scheme's own port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// The text is not a web origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an origin is https://host or http://host, with a port if it is not the usual one, and no path")]
pub struct OriginError;

impl Origin {
    /// Reads an origin; `null` is refused.
    ///
    /// # Errors
    /// Anything with a path, a user, another scheme or odd characters.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let lower = text.to_ascii_lowercase();
        let (scheme, usual_port) = match lower.split_once("://") {
            Some(("https", _)) => ("https", ":443"),
            Some(("http", _)) => ("http", ":80"),
            _ => return Err(OriginError),
        };
        let authority = &lower[scheme.len() + 3..];
        let plausible = !authority.is_empty()
            && authority
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte));
        if !plausible {
            return Err(OriginError);
        }
        Ok(Self(lower.strip_suffix(usual_port).unwrap_or(&lower).to_owned()))
    }

    /// The origin as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

crate::serde_as_str!(Origin);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_brought_to_the_form_of_browsers() {
        assert_eq!(
            Origin::parse("HTTPS://App.Example:443").unwrap().as_str(),
            "https://app.example"
        );
        assert_eq!(
            Origin::parse("http://127.0.0.1:8001").unwrap().as_str(),
            "http://127.0.0.1:8001"
        );
        assert_eq!(Origin::parse("http://a:80").unwrap().as_str(), "http://a");
    }

    #[test]
    fn null_paths_users_and_other_schemes_are_refused() {
        for text in [
            "null",
            "",
            "https://",
            "https://a/",
            "https://u@a",
            "file://a",
            "https://a b",
            "a.example",
        ] {
            assert_eq!(Origin::parse(text), Err(OriginError), "{text:?}");
        }
    }
}
