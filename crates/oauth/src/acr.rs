//! The authentication context class: how strong a sign-in was (OpenID Connect Core section 2, `acr`).

use std::fmt;

use thiserror::Error;

/// Characters of a value at most: it is kept with every session.
const MAX_LENGTH: usize = 100;

/// The name of an authentication context class.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Acr(String);

/// The text is no name of a context class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an acr value has 1 to 100 visible ASCII characters")]
pub struct AcrError;

impl Acr {
    /// One factor, such as a password: level 1 of ISO/IEC 29115.
    pub fn one_factor() -> Self {
        Self("1".to_owned())
    }

    /// Two factors, such as a password and a code of an app: level 2 of ISO/IEC 29115.
    pub fn two_factors() -> Self {
        Self("2".to_owned())
    }

    /// A sign-in that a page of another site cannot obtain, such as with a passkey (OpenID Connect Extended Authentication Profile
    /// ACR Values 1.0).
    pub fn phishing_resistant() -> Self {
        Self("phr".to_owned())
    }

    /// Reads a value.
    ///
    /// # Errors
    /// The text is empty, is longer than 100 characters, or has characters that are not visible ASCII.
    pub fn parse(text: &str) -> Result<Self, AcrError> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > MAX_LENGTH || !visible {
            return Err(AcrError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Acr {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: std::borrow::Cow<'de, str> = serde::Deserialize::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bounded_and_visible() {
        assert_eq!(Acr::parse("1"), Ok(Acr::one_factor()));
        assert!(Acr::parse("urn:mace:incommon:iap:silver").is_ok());
        for text in ["", "a b", "é", &"a".repeat(101)] {
            assert_eq!(Acr::parse(text), Err(AcrError), "{text:?}");
        }
    }
}
