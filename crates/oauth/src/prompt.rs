//! The `prompt` parameter (OpenID Connect Core section 3.1.2.1, Initiating User Registration).

use std::collections::BTreeSet;
use std::fmt;

use thiserror::Error;

crate::words! {
    /// One value of the `prompt` parameter.
    Prompt, "unknown prompt" {
        /// Show no page; respond at once, with an error if a page is needed.
        None = "none",
        /// Ask the user to sign in, even if a user is signed in.
        Login = "login",
        /// Ask the user to consent, even if consent was given.
        Consent = "consent",
        /// Ask the user to select an account.
        SelectAccount = "select_account",
        /// To make an account.
        Create = "create",
    }
}

/// The `prompt` parameter: a set, in which `none` stands alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts(BTreeSet<Prompt>);

/// `none` beside something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("prompt none goes with no other value")]
pub struct PromptError;

impl Prompts {
    /// Reads a space-separated list. Unknown values are ignored, but not beside `none`.
    ///
    /// # Errors
    /// `none` with any other value.
    pub fn parse(text: &str) -> Result<Self, PromptError> {
        let words: BTreeSet<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        if words.len() > 1 && words.contains(Prompt::None.as_str()) {
            return Err(PromptError);
        }
        Ok(Self(words.into_iter().filter_map(Prompt::named).collect()))
    }

    /// Returns `true` if there are no prompts.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns `true` if this prompt is requested.
    pub fn has(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }

    /// The prompts without this one.
    #[must_use]
    pub fn without(&self, prompt: Prompt) -> Self {
        Self(self.0.iter().copied().filter(|one| *one != prompt).collect())
    }

    /// The prompts, in the order of [`Prompt::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Prompt> {
        self.0.iter().copied()
    }
}

impl fmt::Display for Prompts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(Prompt::as_str).collect();
        formatter.write_str(&words.join(" "))
    }
}

impl serde::Serialize for Prompts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Prompts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn none_stands_alone() {
        assert!(Prompts::parse("none").unwrap().has(Prompt::None));
        assert!(Prompts::parse(" none none ").unwrap().has(Prompt::None));
        for text in ["none login", "consent none", "none later"] {
            assert_eq!(Prompts::parse(text), Err(PromptError), "{text}");
        }
    }

    #[test]
    fn unknown_values_are_ignored_and_case_matters() {
        let prompts = Prompts::parse("login shrug  LOGIN consent login").unwrap();
        assert_eq!(prompts.to_string(), "login consent");
        assert!(Prompts::parse("NONE").unwrap().is_empty());
        assert!(Prompts::parse("").unwrap().is_empty());
    }

    #[test]
    fn what_was_asked_is_left_out_and_the_rest_stays() {
        let prompts = Prompts::parse("login consent").unwrap();
        assert_eq!(prompts.without(Prompt::Login).to_string(), "consent");
        assert_eq!(prompts.without(Prompt::Create), prompts);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in "((none|login|consent|select_account|create|x) ){0,5}") {
            if let Ok(prompts) = Prompts::parse(&text) {
                prop_assert_eq!(Prompts::parse(&prompts.to_string()), Ok(prompts));
            }
        }
    }
}
