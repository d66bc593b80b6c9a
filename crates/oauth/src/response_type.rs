//! Response types (RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices sections 3 and 5).

use std::fmt;
use std::str::FromStr;

/// The contents of an authorization response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResponseType {
    /// An authorization code.
    Code,
    /// An id token.
    IdToken,
    /// An id token and an access token.
    IdTokenToken,
    /// A code and an id token.
    CodeIdToken,
    /// A code and an access token.
    CodeToken,
    /// A code, an id token and an access token.
    CodeIdTokenToken,
}

impl ResponseType {
    /// Every response type, in the order in which documents list them.
    pub const ALL: &'static [Self] = &[
        Self::Code,
        Self::IdToken,
        Self::IdTokenToken,
        Self::CodeIdToken,
        Self::CodeToken,
        Self::CodeIdTokenToken,
    ];

    /// The words, in the order in which specifications write them.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    /// Reads a response type; the order of its words does not matter, their case does.
    ///
    /// # Errors
    /// A sentence that lists the known response types.
    pub fn parse(text: &str) -> Result<Self, String> {
        let sorted = |text: &str| {
            let mut words: Vec<_> = text.split(' ').map(str::to_owned).collect();
            words.sort();
            words
        };
        let expected = sorted(text);
        let known = Self::ALL.iter().copied();
        known
            .clone()
            .find(|one| sorted(one.as_str()) == expected)
            .ok_or_else(|| {
                let known: Vec<_> = known.map(Self::as_str).collect();
                format!(
                    "unknown response type `{text}`, expected one of `{}`",
                    known.join("`, `")
                )
            })
    }

    /// Returns `true` if the response has a code.
    pub const fn has_code(self) -> bool {
        !matches!(self, Self::IdToken | Self::IdTokenToken)
    }

    /// Returns `true` if the response has an ID token.
    pub const fn has_id_token(self) -> bool {
        !matches!(self, Self::Code | Self::CodeToken)
    }

    /// Returns `true` if the response has an access token.
    pub const fn has_token(self) -> bool {
        matches!(
            self,
            Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken
        )
    }

    /// Returns `true` if a token passes through the browser, which can leak it (RFC 9700 section 2.1.2).
    pub const fn is_front_channel(self) -> bool {
        !matches!(self, Self::Code)
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ResponseType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

crate::serde_as_str!(ResponseType);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_words_does_not_matter() {
        assert_eq!(
            ResponseType::parse("token code id_token"),
            Ok(ResponseType::CodeIdTokenToken)
        );
        for one in ResponseType::ALL {
            assert_eq!(ResponseType::parse(one.as_str()), Ok(*one));
        }
    }

    #[test]
    fn repeated_unknown_and_upper_case_words_are_refused() {
        for text in ["", "token", "code code", "Code", "code  id_token", "none"] {
            assert!(ResponseType::parse(text).is_err(), "{text:?}");
        }
    }
}
