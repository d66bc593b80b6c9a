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

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Oauth21 => "OAuth 2.1",
            Self::Legacy => "Legacy",
        }
    }

    /// What choosing it means, for people.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Oauth21 => {
                "The rules of today: PKCE with S256, verifiers of 43 to 128 characters, redirect URIs exactly as registered. Right for everything new."
            }
            Self::Legacy => {
                "For an application that exists and cannot be changed yet. Relax only what it needs; each relaxation makes it weaker."
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
    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::PlainChallenge => "Plain code challenge",
            Self::ShortVerifiers => "Short verifiers",
            Self::OmittedRedirectUri => "Omitted redirect URI",
            Self::HttpRedirectUris => "HTTP redirect URIs",
            Self::OptionalPkce => "No PKCE",
            Self::LocalhostAnyPort => "Any port on localhost",
        }
    }

    /// What it allows and what that weakens, for people.
    pub const fn weakens(self) -> &'static str {
        match self {
            Self::PlainChallenge => {
                "Accepts code_challenge_method=plain. Whoever reads the authorization request can then redeem the code."
            }
            Self::ShortVerifiers => {
                "Accepts verifiers under 43 characters. A short one can be guessed from its challenge."
            }
            Self::OmittedRedirectUri => {
                "Accepts requests without redirect_uri if exactly one is registered. Mix-ups are then harder to notice."
            }
            Self::HttpRedirectUris => {
                "Accepts http:// redirect URIs that are not on this device. Anybody on the network can read the code on its way."
            }
            Self::OptionalPkce => {
                "Accepts requests without a code challenge from an application that has a secret. A stolen code that is slipped into its login is no longer noticed."
            }
            Self::LocalhostAnyPort => {
                "Accepts every port at http://localhost, as it always is for 127.0.0.1 and [::1]. The name may lead elsewhere than to this device."
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
