//! Scopes (RFC 6749 section 3.3).

use std::fmt;

use thiserror::Error;

/// A set of scope tokens, in the order in which they were first named.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    tokens: Vec<String>,
}

/// A character that a scope must not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a scope has visible ASCII characters except the double quote and the backslash")]
pub struct ScopeError;

impl Scope {
    /// Reads a space-separated list; repeated tokens count once.
    ///
    /// # Errors
    /// A character outside `%x21 / %x23-5B / %x5D-7E`.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let mut scope = Self::default();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            if !token
                .bytes()
                .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
            {
                return Err(ScopeError);
            }
            if !scope.has(token) {
                scope.tokens.push(token.to_owned());
            }
        }
        Ok(scope)
    }

    /// Returns `true` if the scope has no tokens.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Returns `true` if the scope has this token.
    pub fn has(&self, token: &str) -> bool {
        self.tokens.iter().any(|own| own == token)
    }

    /// Returns `true` if the scope has every token of the other.
    pub fn covers(&self, other: &Self) -> bool {
        other.tokens.iter().all(|token| self.has(token))
    }

    /// The tokens in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(String::as_str)
    }

    /// The tokens for which this holds.
    #[must_use]
    pub fn only(&self, holds: impl Fn(&str) -> bool) -> Self {
        let tokens = self.tokens.iter().filter(|token| holds(token));
        Self {
            tokens: tokens.cloned().collect(),
        }
    }

    /// Both together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.tokens
            .extend(other.tokens.iter().filter(|token| !self.has(token)).cloned());
        both
    }
}

/// Scopes are equal if they have the same tokens, in any order.
impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.covers(other) && other.covers(self)
    }
}
impl Eq for Scope {}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.tokens.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(token)?;
        }
        Ok(())
    }
}

impl serde::Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn order_is_kept_and_repeats_count_once() {
        assert_eq!(scope("write read  write").to_string(), "write read");
        assert_eq!(scope("write read"), scope("read write"));
    }

    #[test]
    fn scope_can_only_narrow_within_what_covers_it() {
        assert!(scope("read write").covers(&scope("read")));
        assert!(!scope("read").covers(&scope("read write")));
        assert!(scope("").is_empty());
    }

    #[test]
    fn quotes_backslashes_and_control_characters_are_refused() {
        for text in ["a\"b", "a\\b", "a\tb", "ä", "a\nb"] {
            assert_eq!(Scope::parse(text), Err(ScopeError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(tokens in proptest::collection::vec("[!#-\\[\\]-~]{1,8}", 0..6)) {
            let first = scope(&tokens.join(" "));
            prop_assert_eq!(scope(&first.to_string()), first);
        }
    }
}
