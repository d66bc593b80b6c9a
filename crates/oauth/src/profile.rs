//! Client profiles: which specification a client is held to, as data that the rules read.

use std::collections::BTreeSet;

crate::words! {
    /// What a client is held to.
    Profile, "unknown profile" {
        /// OAuth 2.1: PKCE with `S256`, exact redirect URIs, https or loopback.
        Oauth21 = "oauth21",
        /// What an old django-oauth-toolkit client needs, each exception a named [`Relaxation`].
        Legacy = "legacy",
    }
}

impl Profile {
    /// The exceptions that a client of this profile may be given.
    pub const fn relaxations(self) -> &'static [Relaxation] {
        match self {
            Self::Oauth21 => &[Relaxation::LocalhostAnyPort],
            Self::Legacy => Relaxation::ALL,
        }
    }

    /// One sentence for the page where a person chooses.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Oauth21 => {
                "OAuth 2.1 as it should be: PKCE with S256, exact redirect URIs, https or loopback only."
            }
            Self::Legacy => {
                "For older applications that cannot do that yet. Every exception below weakens it."
            }
        }
    }
}

crate::words! {
    /// An exception from OAuth 2.1 that a client may be given.
    Relaxation, "unknown relaxation" {
        /// `code_challenge_method=plain`, also by leaving the method out (RFC 7636 section 4.2).
        PlainChallenge = "plain_challenge",
        /// Code verifiers of fewer than 43 characters.
        ShortVerifiers = "short_verifiers",
        /// A request without `redirect_uri` when exactly one is registered (RFC 6749 section 3.1.2.3).
        OmittedRedirectUri = "omitted_redirect_uri",
        /// `http` redirect URIs to hosts other than loopback.
        HttpRedirectUris = "http_redirect_uris",
        /// No PKCE at all; only for confidential clients, whose secret protects the code.
        OptionalPkce = "optional_pkce",
        /// Any port for `http://localhost` redirect URIs (RFC 8252 section 8.3 advises against it).
        LocalhostAnyPort = "localhost_any_port",
    }
}

impl Relaxation {
    /// One sentence on what it weakens, for the page where a person chooses.
    pub const fn weakens(self) -> &'static str {
        match self {
            Self::PlainChallenge => "Whoever can read the authorization request can redeem a stolen code.",
            Self::ShortVerifiers => "A short verifier can be guessed from its challenge.",
            Self::OmittedRedirectUri => {
                "Requests no longer say where the answer must go; mix-ups are harder to see."
            }
            Self::HttpRedirectUris => {
                "Codes travel unencrypted to the application and can be read on the way."
            }
            Self::OptionalPkce => "A code injected into the application's own session is no longer noticed.",
            Self::LocalhostAnyPort => {
                "The name localhost may be resolved to another machine; 127.0.0.1 and [::1] may not."
            }
        }
    }
}

/// The rules that one client is held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    profile: Profile,
    relaxations: BTreeSet<Relaxation>,
}

impl Rules {
    /// The rules of a profile with those of the given exceptions that the profile knows.
    pub fn new(profile: Profile, relaxations: impl IntoIterator<Item = Relaxation>) -> Self {
        let relaxations = relaxations
            .into_iter()
            .filter(|one| profile.relaxations().contains(one))
            .collect();
        Self { profile, relaxations }
    }

    /// The profile.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Whether this exception was given.
    pub fn allow(&self, relaxation: Relaxation) -> bool {
        self.relaxations.contains(&relaxation)
    }

    /// The exceptions given.
    pub fn relaxations(&self) -> impl Iterator<Item = Relaxation> {
        self.relaxations.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_profile_cannot_be_relaxed_to_plain() {
        let rules = Rules::new(Profile::Oauth21, Relaxation::ALL.iter().copied());
        assert!(!rules.allow(Relaxation::PlainChallenge));
        assert!(rules.allow(Relaxation::LocalhostAnyPort));
    }

    #[test]
    fn unknown_words_are_refused_with_the_known_ones() {
        assert_eq!(
            Profile::parse("OAuth21").unwrap_err(),
            r#"unknown profile "OAuth21": there is oauth21, legacy"#
        );
    }
}
