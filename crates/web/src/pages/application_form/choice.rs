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
        for_administrators: relaxation.is_for_administrators(),
    };
    Relaxation::ALL.iter().map(choice).collect()
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
    fn a_grant_type_without_a_name_is_shown_by_its_word() {
        assert_eq!(
            in_english(&grant_label(&GrantType::RefreshToken)),
            "Refresh token"
        );
        assert_eq!(in_english(&grant_label(&GrantType::Implicit)), "implicit");
    }
}
