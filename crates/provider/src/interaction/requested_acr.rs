//! The context classes that a client requests: by the claim `acr`, by `acr_values`, or by its registered default (OpenID Connect Core
//! sections 5.5.1.1 and 3.1.2.1, Dynamic Client Registration section 2).

use pixie_oauth::{Acr, ClaimRequest};

use crate::settings::AcrSettings;

/// The requested classes that this server has, in the client's order of preference. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestedAcr {
    pub(crate) values: Vec<Acr>,
    /// `true` if the request is refused when none of them is reached.
    pub(crate) essential: bool,
}

/// The client insists on a class, and this server has none of those that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSuchAcrRefusal;

impl RequestedAcr {
    /// The classes of a request. The claim `acr` with values counts before `acr_values`, and these before the default of the client.
    pub(crate) fn of(
        claim: Option<&ClaimRequest>,
        acr_values: Option<&str>,
        default: &[String],
        names: &AcrSettings,
    ) -> Result<Option<Self>, NoSuchAcrRefusal> {
        let known = names.values();
        let known = |text: &str| known.iter().find(|name| name.as_str() == text).cloned();
        if let Some((claim, listed)) = claim.and_then(|claim| Some((claim, preference(claim)?))) {
            let values: Vec<_> = listed.into_iter().filter_map(known).collect();
            return match (values.is_empty(), claim.essential) {
                (true, true) => Err(NoSuchAcrRefusal),
                (true, false) => Ok(None),
                (false, essential) => Ok(Some(Self { values, essential })),
            };
        }
        let values: Vec<_> = match acr_values {
            Some(text) => text.split(' ').filter_map(known).collect(),
            None => default.iter().filter_map(|text| known(text)).collect(),
        };
        let essential = false;
        Ok((!values.is_empty()).then_some(Self { values, essential }))
    }
}

/// The values of a claim request, the first best; `None` if it names none, so that each is accepted. A value that is no text is no
/// class.
fn preference(claim: &ClaimRequest) -> Option<Vec<&str>> {
    let listed = claim.values.as_deref().unwrap_or(claim.value.as_slice());
    let accepted = listed.iter().filter(|value| claim.accepts(value));
    (!listed.is_empty()).then(|| accepted.filter_map(|value| value.as_str()).collect())
}

/// The class that an answer names: the first requested one that the sign-in reaches, so that a client that compares finds its own
/// value; otherwise that of the sign-in.
pub(crate) fn named_acr(requested: Option<&RequestedAcr>, of_sign_in: &Acr, names: &AcrSettings) -> Acr {
    let mut values = requested.iter().flat_map(|requested| &requested.values);
    let reached = values.find(|value| names.reaches(of_sign_in, value));
    reached.unwrap_or(of_sign_in).clone()
}

#[cfg(test)]
mod tests {
    use pixie_oauth::ClaimsRequest;

    use super::*;

    /// The requested classes; the claim is a request for `acr` as JSON.
    fn requested(claim: Option<&str>, acr_values: Option<&str>, default: &[&str]) -> String {
        let claim = claim.map(|json| {
            let claims = ClaimsRequest::parse(&format!(r#"{{"id_token":{{"acr":{json}}}}}"#)).unwrap();
            claims.id_token["acr"].clone()
        });
        let default: Vec<_> = default.iter().map(|text| (*text).to_owned()).collect();
        match RequestedAcr::of(claim.as_ref(), acr_values, &default, &AcrSettings::default()) {
            Ok(None) => "none".to_owned(),
            Ok(Some(requested)) => {
                let values: Vec<_> = requested.values.iter().map(Acr::as_str).collect();
                let essential = if requested.essential { " essential" } else { "" };
                format!("{}{essential}", values.join(" "))
            }
            Err(NoSuchAcrRefusal) => "refused".to_owned(),
        }
    }

    #[test]
    fn the_claim_counts_before_acr_values_and_these_before_the_default() {
        for (claim, acr_values, default, expected) in [
            (None, None, &[][..], "none"),
            (None, None, &["2", "gold"], "2"),
            (None, Some("1"), &["2"], "1"),
            (None, Some("gold 2  1"), &[], "2 1"),
            (None, Some("gold"), &["2"], "none"),
            (Some("null"), Some("2"), &[], "2"),
            (Some(r#"{"essential":true}"#), Some("2"), &["1"], "2"),
            (Some(r#"{"values":["2"]}"#), Some("1"), &[], "2"),
            (Some(r#"{"values":["gold"]}"#), Some("1"), &[], "none"),
            (
                Some(r#"{"essential":true,"values":["2","1"]}"#),
                Some("1"),
                &[],
                "2 1 essential",
            ),
            (
                Some(r#"{"essential":true,"values":["gold","1"]}"#),
                None,
                &[],
                "1 essential",
            ),
            (
                Some(r#"{"essential":true,"values":["gold",2]}"#),
                None,
                &["1"],
                "refused",
            ),
            (
                Some(r#"{"essential":true,"value":"2"}"#),
                None,
                &[],
                "2 essential",
            ),
            (
                Some(r#"{"essential":true,"value":"2","values":["1"]}"#),
                None,
                &[],
                "refused",
            ),
        ] {
            let case = format!("{claim:?} {acr_values:?} {default:?}");
            assert_eq!(requested(claim, acr_values, default), expected, "{case}");
        }
    }

    #[test]
    fn the_answer_names_the_first_requested_class_that_the_sign_in_reaches() {
        let names = AcrSettings::default();
        let named = |acr_values, of_sign_in| {
            let requested = RequestedAcr::of(None, acr_values, &[], &names).unwrap();
            named_acr(requested.as_ref(), &Acr::parse(of_sign_in).unwrap(), &names).to_string()
        };
        for (acr_values, of_sign_in, expected) in [
            (None, "2", "2"),
            (Some("1"), "2", "1"),
            (Some("2 1"), "2", "2"),
            (Some("2 1"), "1", "1"),
            (Some("2"), "1", "1"),
            (Some("1"), "badge", "badge"),
        ] {
            assert_eq!(
                named(acr_values, of_sign_in),
                expected,
                "{acr_values:?} {of_sign_in}"
            );
        }
    }
}
