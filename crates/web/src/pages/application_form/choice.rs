//! The choices on the application form, in words: grant types, profiles, and the relaxations of the legacy profile.

use pixie_oauth::{GrantType, Profile, Relaxation};
use serde::Serialize;

/// One checkbox or radio button.
#[derive(Clone, Serialize)]
pub(crate) struct Choice {
    /// The value in the form.
    pub(crate) value: String,
    /// The name for people.
    pub(crate) label: String,
    /// The effect of choosing it, as a sentence.
    pub(crate) explanation: String,
    /// True if it is chosen.
    pub(crate) chosen: bool,
    /// True if only administrators choose it.
    pub(crate) for_administrators: bool,
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
        "The application acts for itself, without a person. For confidential applications only.",
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
            for_administrators: false,
        })
        .collect()
}

/// The profiles: how strict the rules are.
pub(crate) fn profiles(chosen: Profile) -> Vec<Choice> {
    let choice = |profile: &Profile| Choice {
        value: profile.to_string(),
        label: profile.title().to_owned(),
        explanation: profile.description().to_owned(),
        chosen: *profile == chosen,
        for_administrators: false,
    };
    Profile::OFFERED.iter().map(choice).collect()
}

/// The relaxations of a profile, and the protection that each gives up.
pub(crate) fn relaxations(chosen: &[Relaxation]) -> Vec<Choice> {
    let choice = |relaxation: &Relaxation| Choice {
        value: relaxation.to_string(),
        label: relaxation.title().to_owned(),
        explanation: relaxation.weakens().to_owned(),
        chosen: chosen.contains(relaxation),
        for_administrators: relaxation.is_for_administrators(),
    };
    Relaxation::ALL.iter().map(choice).collect()
}

/// The name for people of a value, or the value itself if it has none.
pub(crate) fn label(words: Words, value: &str) -> &str {
    words
        .iter()
        .find(|(known, ..)| *known == value)
        .map_or(value, |(_, label, _)| label)
}

/// Grants as the form writes them.
pub(crate) fn grant_values(grants: &[GrantType]) -> Vec<String> {
    grants
        .iter()
        .map(|grant| grant.as_str().replace('_', "-"))
        .collect()
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
    fn the_boxes_of_a_profile_are_those_that_it_knows() {
        let styles = include_str!("../../../assets/pixie.css");
        for profile in Profile::OFFERED {
            let rule = styles.split_once(&format!(":has(#id_profile_{profile}:checked)"));
            let rule = rule
                .and_then(|(_, rest)| rest.split('}').next())
                .unwrap_or_default();
            // If no rule hides boxes, all are shown.
            let known = |relaxation: &Relaxation| {
                rule.is_empty() || rule.contains(&format!("#id_relaxations_{relaxation}"))
            };
            let shown: Vec<_> = Relaxation::ALL.iter().copied().filter(known).collect();
            let mut expected = profile.relaxations().to_vec();
            expected.sort_by_key(|relaxation| Relaxation::ALL.iter().position(|one| one == relaxation));
            assert_eq!(shown, expected, "{profile}");
        }
    }

    #[test]
    fn a_value_without_a_name_is_its_own_name() {
        assert_eq!(label(GRANT_TYPES, "refresh-token"), "Refresh token");
        assert_eq!(label(GRANT_TYPES, "device"), "device");
    }
}
