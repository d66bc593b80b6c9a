//! The choices on the application form, in words: grant types, profiles, and the relaxations of the legacy profile.

use pixie_oauth::{GrantType, Profile, Relaxation};
use serde::Serialize;

use crate::texts::{Text, tables, text};

/// One checkbox or radio button.
#[derive(Clone, Serialize)]
pub(crate) struct Choice {
    /// The value in the form.
    pub(crate) value: String,
    /// The name for people.
    pub(crate) label: Text,
    /// The effect of choosing it, as a sentence, if it needs one.
    pub(crate) explanation: Option<Text>,
    /// True if it is chosen.
    pub(crate) chosen: bool,
    /// The words of the profiles that know it, separated by spaces; empty if all do.
    pub(crate) profiles: String,
    /// True if only administrators choose it.
    pub(crate) for_administrators: bool,
}

/// The grant types that a person may choose for an application. Implicit comes with the response types that need it.
const GRANT_TYPES: &[GrantType] = &[
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
    GrantType::ClientCredentials,
];

/// The choices of grant types, with those marked that are chosen.
pub(crate) fn grant_types<S: AsRef<str>>(chosen: &[S]) -> Vec<Choice> {
    let choice = |grant: &GrantType| {
        let value = grant_value(grant);
        Choice {
            label: grant_label(grant),
            explanation: match grant {
                GrantType::AuthorizationCode => {
                    Some(text!("application-form-authorization-code.explanation"))
                }
                GrantType::RefreshToken => Some(text!("application-form-refresh-token.explanation")),
                GrantType::ClientCredentials => {
                    Some(text!("application-form-client-credentials.explanation"))
                }
                _ => None,
            },
            chosen: chosen.iter().any(|chosen| chosen.as_ref() == value),
            profiles: String::new(),
            for_administrators: false,
            value,
        }
    };
    GRANT_TYPES.iter().map(choice).collect()
}

/// The profiles: how strict the rules are.
pub(crate) fn profiles(chosen: Profile) -> Vec<Choice> {
    let choice = |profile: &Profile| Choice {
        value: profile.to_string(),
        label: tables::profile_title(*profile),
        explanation: Some(tables::profile_explanation(*profile)),
        chosen: *profile == chosen,
        profiles: String::new(),
        for_administrators: false,
    };
    Profile::OFFERED.iter().map(choice).collect()
}

/// The relaxations of a profile, and the protection that each gives up.
pub(crate) fn relaxations(chosen: &[Relaxation]) -> Vec<Choice> {
    let choice = |relaxation: &Relaxation| Choice {
        value: relaxation.to_string(),
        label: tables::relaxation_title(*relaxation),
        explanation: Some(tables::relaxation_explanation(*relaxation)),
        chosen: chosen.contains(relaxation),
        profiles: profiles_with(*relaxation),
        for_administrators: relaxation.is_for_administrators(),
    };
    Relaxation::ALL.iter().map(choice).collect()
}

/// The words of the profiles that know a relaxation.
fn profiles_with(relaxation: Relaxation) -> String {
    words_of(|profile| profile.relaxations().contains(&relaxation))
}

/// The words of the profiles that know some relaxation.
pub(crate) fn profiles_with_relaxations() -> String {
    words_of(|profile| !profile.relaxations().is_empty())
}

fn words_of(chosen: impl Fn(&Profile) -> bool) -> String {
    let profiles = Profile::OFFERED.iter().filter(|profile| chosen(profile));
    let words: Vec<_> = profiles.map(|profile| profile.as_str()).collect();
    words.join(" ")
}

/// The name of a grant type for people, or its word in the protocol.
pub(crate) fn grant_label(grant: &GrantType) -> Text {
    match grant {
        GrantType::AuthorizationCode => text!("application-form-authorization-code"),
        GrantType::RefreshToken => text!("application-form-refresh-token"),
        GrantType::ClientCredentials => text!("application-form-client-credentials"),
        other => Text::verbatim(grant_value(other)),
    }
}

/// Grants as the form writes them.
pub(crate) fn grant_values(grants: &[GrantType]) -> Vec<String> {
    grants.iter().map(grant_value).collect()
}

fn grant_value(grant: &GrantType) -> String {
    grant.as_str().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::STYLES;
    use crate::texts::in_english;

    #[test]
    fn only_what_is_chosen_is_marked() {
        let all = grant_types(&["refresh-token"]);
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
        for profile in Profile::OFFERED {
            for relaxation in Relaxation::ALL {
                let words = profiles_with(*relaxation);
                let shown = words.split(' ').any(|word| word == profile.as_str());
                assert_eq!(
                    shown,
                    profile.relaxations().contains(relaxation),
                    "{profile} {relaxation}"
                );
            }
            // If a profile knows all of them, no rule hides boxes.
            let rule = format!(
                ".rules:has([value=\"{profile}\"]:checked) [data-for]:not([data-for~=\"{profile}\"])"
            );
            let knows_all = profile.relaxations().len() == Relaxation::ALL.len();
            assert_eq!(STYLES.contains(&rule), !knows_all, "{profile}");
        }
    }

    #[test]
    fn a_grant_type_without_a_name_is_shown_by_its_word() {
        assert_eq!(
            in_english(&grant_label(&GrantType::RefreshToken)),
            "Refresh token"
        );
        assert_eq!(in_english(&grant_label(&GrantType::Implicit)), "implicit");
    }
}
