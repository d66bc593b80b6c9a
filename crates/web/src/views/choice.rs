//! The things to choose from on the application form, in words: grant types, profiles, and what the legacy profile may relax.

use serde::Serialize;

/// One checkbox or radio button.
#[derive(Clone, Serialize)]
pub(crate) struct Choice {
    /// The value in the form.
    pub(crate) value: String,
    /// Its name for people.
    pub(crate) label: String,
    /// What choosing it means, as a sentence.
    pub(crate) explanation: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

/// Value, label and explanation of each choice.
pub(crate) type Words = &'static [(&'static str, &'static str, &'static str)];

/// The grant types that an application may use.
pub(crate) const GRANT_TYPES: Words = &[
    (
        "authorization-code",
        "Authorization code",
        "A person signs in and the application acts for them. Always with PKCE.",
    ),
    (
        "refresh-token",
        "Refresh token",
        "The application stays signed in when its access token expires.",
    ),
    (
        "client-credentials",
        "Client credentials",
        "The application acts for itself, without a person. Needs a client secret.",
    ),
];

/// The profiles: how strict the rules are.
pub(crate) const PROFILES: Words = &[
    (
        "oauth21",
        "OAuth 2.1",
        "The rules of today: PKCE with S256, verifiers of 43 to 128 characters, redirect URIs exactly as registered. Right for everything new.",
    ),
    (
        "legacy",
        "Legacy",
        "For an application that exists and cannot be changed yet. Relax only what it needs; each relaxation makes it weaker.",
    ),
];

/// What the legacy profile may relax, and what that weakens.
pub(crate) const RELAXATIONS: Words = &[
    (
        "plain_challenge",
        "Plain code challenge",
        "Accepts code_challenge_method=plain. Whoever reads the authorization request can then redeem the code.",
    ),
    (
        "short_verifiers",
        "Short verifiers",
        "Accepts verifiers under 43 characters. A short one can be guessed from its challenge.",
    ),
    (
        "omitted_redirect_uri",
        "Omitted redirect URI",
        "Accepts requests without redirect_uri if exactly one is registered. A code is then no longer tied to the address it was asked for.",
    ),
    (
        "http_redirect_uris",
        "HTTP redirect URIs",
        "Accepts http:// redirect URIs that are not on this device. Anybody on the network can read the code on its way.",
    ),
    (
        "localhost_any_port",
        "Any port on localhost",
        "Accepts every port at http://localhost, as it always is for 127.0.0.1 and [::1]. The name may lead elsewhere than to this device.",
    ),
];

/// All choices of a kind, with those marked that are chosen.
pub(crate) fn choices<S: AsRef<str>>(words: Words, chosen: &[S]) -> Vec<Choice> {
    words
        .iter()
        .map(|(value, label, explanation)| Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            explanation: (*explanation).to_owned(),
            chosen: chosen.iter().any(|chosen| chosen.as_ref() == *value),
        })
        .collect()
}

/// The name for people of a value; the value itself where it has none.
pub(crate) fn label(words: Words, value: &str) -> &str {
    words
        .iter()
        .find(|(known, ..)| *known == value)
        .map_or(value, |(_, label, _)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_chosen_is_marked() {
        let all = choices(GRANT_TYPES, &["refresh-token"]);
        assert_eq!(all.len(), GRANT_TYPES.len());
        let chosen: Vec<_> = all
            .iter()
            .filter(|choice| choice.chosen)
            .map(|choice| choice.value.as_str())
            .collect();
        assert_eq!(chosen, ["refresh-token"]);
    }

    #[test]
    fn a_value_without_a_name_is_its_own_name() {
        assert_eq!(label(PROFILES, "oauth21"), "OAuth 2.1");
        assert_eq!(label(PROFILES, "fapi2"), "fapi2");
    }
}
