//! Client profiles: which specification a client is held to, as data that the rules read.

use std::collections::BTreeSet;

use crate::ClientAuthMethod;
use crate::jose::SigningAlgorithm;

crate::words! {
    /// The set of rules that a client must follow.
    Profile, "unknown profile" {
        /// OAuth 2.1: PKCE with `S256`, exact redirect URIs, https or loopback.
        Oauth21 = "oauth21",
        /// OpenID Connect as certified: clients with a secret may leave PKCE out, and response types that carry tokens
        /// may be switched on for each.
        Oidc = "oidc",
        /// OAuth 2.1 for clients of the Model Context Protocol, which listen on any port of the user's device or claim a
        /// scheme of one word.
        Mcp = "mcp",
        /// FAPI 2.0 Security Profile.
        Fapi2 = "fapi2",
        /// The rules for old django-oauth-toolkit clients. Each exception is a named [`Relaxation`].
        Legacy = "legacy",
    }
}

/// The demands of a profile, as data that the rules read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demands {
    /// The exceptions that a client may be given.
    pub may_relax: &'static [Relaxation],
    /// The exceptions that every client of the profile has.
    pub relaxed: &'static [Relaxation],
    /// `true` if the authorization endpoint may return tokens, if the server offers that (RFC 9700 section 2.1.2).
    pub front_channel_tokens: bool,
    /// `true` if request objects may be unsigned (OpenID Connect Core section 6.1).
    pub unsigned_request_objects: bool,
    /// `true` if parameters beside a request object are ignored (RFC 9101 section 6.3). OpenID Connect adds them (Core
    /// section 6.1).
    pub only_request_objects_count: bool,
    /// How clients may authenticate.
    pub client_auth_methods: &'static [ClientAuthMethod],
    /// The algorithms of tokens that clients verify or sign.
    pub algorithms: &'static [SigningAlgorithm],
    /// `true` if the audience of an assertion must be the issuer alone (FAPI 2.0 section 5.3.2.1).
    pub assertions_name_issuer_only: bool,
}

const OAUTH21: Demands = Demands {
    may_relax: &[Relaxation::LocalhostAnyPort, Relaxation::OneWordSchemes],
    relaxed: &[],
    front_channel_tokens: false,
    unsigned_request_objects: false,
    only_request_objects_count: false,
    client_auth_methods: ClientAuthMethod::ALL,
    algorithms: SigningAlgorithm::ALL,
    assertions_name_issuer_only: false,
};

const OIDC: Demands = Demands {
    may_relax: &[
        Relaxation::LocalhostAnyPort,
        Relaxation::OneWordSchemes,
        Relaxation::WildcardRedirectUris,
    ],
    relaxed: &[Relaxation::OptionalPkce],
    front_channel_tokens: true,
    unsigned_request_objects: true,
    ..OAUTH21
};

const MCP: Demands = Demands {
    may_relax: &[],
    relaxed: &[Relaxation::LocalhostAnyPort, Relaxation::OneWordSchemes],
    ..OAUTH21
};

const FAPI2: Demands = Demands {
    may_relax: &[],
    only_request_objects_count: true,
    client_auth_methods: &[ClientAuthMethod::PrivateKeyJwt],
    algorithms: &[
        SigningAlgorithm::Ps256,
        SigningAlgorithm::Es256,
        SigningAlgorithm::EdDsa,
    ],
    assertions_name_issuer_only: true,
    ..OAUTH21
};

const LEGACY: Demands = Demands {
    may_relax: Relaxation::ALL,
    front_channel_tokens: true,
    ..OAUTH21
};

impl Profile {
    /// The profiles that clients may be registered with. `fapi2` is not among them before there are pushed requests and
    /// tokens that are bound to a key.
    pub const OFFERED: &'static [Self] = &[Self::Oauth21, Self::Oidc, Self::Mcp, Self::Legacy];

    /// The demands of this profile.
    pub const fn demands(self) -> &'static Demands {
        match self {
            Self::Oauth21 => &OAUTH21,
            Self::Oidc => &OIDC,
            Self::Mcp => &MCP,
            Self::Fapi2 => &FAPI2,
            Self::Legacy => &LEGACY,
        }
    }

    /// The exceptions that a client of this profile may be given.
    pub const fn relaxations(self) -> &'static [Relaxation] {
        self.demands().may_relax
    }

    /// The name on pages.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Oauth21 => "OAuth 2.1",
            Self::Oidc => "OpenID Connect",
            Self::Mcp => "MCP",
            Self::Fapi2 => "FAPI 2.0",
            Self::Legacy => "Legacy",
        }
    }

    /// A sentence for pages about the effect of this choice.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Oauth21 => {
                "The rules of today: PKCE with S256, verifiers of 43 to 128 characters, redirect URIs exactly as registered. Right for everything new."
            }
            Self::Oidc => {
                "For applications and testers that expect all of OpenID Connect. Weaker than OAuth 2.1: an application with a secret may leave PKCE out, request objects may be unsigned, and response types that carry tokens through the browser can be switched on."
            }
            Self::Mcp => {
                "For agents and tools of the Model Context Protocol: the rules of OAuth 2.1, any port at http://localhost, and private schemes of one word such as cursor:. The name may lead elsewhere than to this device, and any app on a device may claim such a word."
            }
            Self::Fapi2 => {
                "For banks and health services: signed client authentication only, and tokens bound to a key."
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
        /// Redirect URIs with a private-use scheme of one word, such as `cursor://host/path`, which anybody may claim (an
        /// exception from RFC 8252 section 7.1).
        OneWordSchemes = "one_word_schemes",
        /// Redirect URIs such as `https://*.preview.example`, with one label in the place of `*` (an exception from RFC
        /// 9700 section 2.1).
        WildcardRedirectUris = "wildcard_redirect_uris",
    }
}

impl Relaxation {
    /// The name on pages.
    pub const fn title(self) -> &'static str {
        match self {
            Self::PlainChallenge => "Plain code challenge",
            Self::ShortVerifiers => "Short verifiers",
            Self::OmittedRedirectUri => "Omitted redirect URI",
            Self::HttpRedirectUris => "HTTP redirect URIs",
            Self::OptionalPkce => "No PKCE",
            Self::LocalhostAnyPort => "Any port on localhost",
            Self::OneWordSchemes => "One-word private schemes",
            Self::WildcardRedirectUris => "Wildcard redirect URIs",
        }
    }

    /// Returns `true` if only administrators give this exception to a client, and no client has it unless it was named.
    pub const fn is_for_administrators(self) -> bool {
        matches!(self, Self::OneWordSchemes | Self::WildcardRedirectUris)
    }

    /// A sentence for pages about what this exception allows and weakens.
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
            Self::OneWordSchemes => {
                "Accepts redirect URIs such as cursor://host/path. Such a word belongs to nobody: another app on the device may claim it and receive the code."
            }
            Self::WildcardRedirectUris => {
                "Accepts redirect URIs such as https://*.preview.example, for every name in the place of *. Whoever can publish a page under such a name receives codes."
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

    /// The demands of the profile.
    pub fn demands(&self) -> &'static Demands {
        self.profile.demands()
    }

    /// Returns `true` if the client has this exception, or if the profile always has it.
    pub fn allow(&self, relaxation: Relaxation) -> bool {
        self.relaxations.contains(&relaxation) || self.demands().relaxed.contains(&relaxation)
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
            "unknown profile `OAuth21`, expected one of `oauth21`, `oidc`, `mcp`, `fapi2`, `legacy`"
        );
    }
}
