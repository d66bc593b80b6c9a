//! The part of the application form that is about OpenID Connect (Dynamic Client Registration section 2).

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{AccessTokenFormat, ResponseType, SubjectType};
use serde::Serialize;

use super::choice::Choice;

/// The fields of the form about OpenID Connect. If a field is empty, the server's default applies.
#[derive(Clone, Default, Serialize)]
pub(crate) struct OpenIdFields {
    /// True if the part is shown unfolded.
    pub(crate) open: bool,
    /// Field `auth_method`: the authentication method of a confidential application.
    pub(crate) auth_methods: Vec<Choice>,
    /// Field `jwks`: its public keys.
    pub(crate) jwks: String,
    /// Field `jwks_uri`: the address of its public keys.
    pub(crate) jwks_uri: String,
    /// Field `response_types`: those with a token. Empty if the server offers none.
    pub(crate) response_types: Vec<Choice>,
    /// Field `id_token_alg`.
    pub(crate) id_token_algs: Vec<Choice>,
    /// Field `subject_type`.
    pub(crate) subject_types: Vec<Choice>,
    /// Field `sector_identifier_uri`.
    pub(crate) sector_identifier_uri: String,
    /// Field `access_token_format`.
    pub(crate) access_token_formats: Vec<Choice>,
    /// Field `logo_uri`.
    pub(crate) logo_uri: String,
    /// Field `post_logout_redirect_uris`, one a line.
    pub(crate) post_logout_redirect_uris: String,
    /// Field `backchannel_logout_uri`.
    pub(crate) backchannel_logout_uri: String,
    /// Field `frontchannel_logout_uri`.
    pub(crate) frontchannel_logout_uri: String,
}

/// The fields of this part.
pub(crate) const OPENID_FIELDS: &[&str] = &[
    "auth_method",
    "jwks",
    "jwks_uri",
    "response_types",
    "id_token_alg",
    "subject_type",
    "sector_identifier_uri",
    "access_token_format",
    "logo_uri",
    "post_logout_redirect_uris",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
];

fn choice(value: &str, label: &str, explanation: &str, chosen: bool) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        explanation: explanation.to_owned(),
        chosen,
    }
}

/// The authentication methods of a confidential application.
pub(crate) fn auth_methods(by_keys: bool) -> Vec<Choice> {
    let secret = "It shows the client secret that it is given.";
    let keys =
        "It signs with its own key (private_key_jwt); no secret is ever sent. Needs its public keys below.";
    vec![
        choice("client_secret", "Client secret", secret, !by_keys),
        choice("private_key_jwt", "Signed assertions", keys, by_keys),
    ]
}

/// The value of a response type in the form: an id has no spaces.
pub(crate) fn response_type_value(response_type: ResponseType) -> String {
    response_type.as_str().replace(' ', "-")
}

/// The response types that are offered beside `code`.
pub(crate) fn response_types(offered: &[ResponseType], chosen: &[ResponseType]) -> Vec<Choice> {
    let front_channel = ResponseType::ALL.iter().filter(|one| one.is_front_channel());
    let words = |one: ResponseType| {
        let parts = [
            (one.has_code(), "a code"),
            (one.has_id_token(), "an id token"),
            (one.has_token(), "an access token"),
        ];
        let parts = parts.into_iter().filter(|(has, _)| *has);
        let parts: Vec<_> = parts.map(|(_, part)| part).collect();
        format!("The answer holds {}.", parts.join(" and "))
    };
    front_channel
        .filter(|one| offered.contains(one))
        .map(|one| {
            let value = response_type_value(*one);
            choice(&value, one.as_str(), &words(*one), chosen.contains(one))
        })
        .collect()
}

/// The algorithms of ID tokens. With the first, the server decides.
pub(crate) fn id_token_algs(
    offered: &[SigningAlgorithm],
    default: SigningAlgorithm,
    chosen: Option<SigningAlgorithm>,
) -> Vec<Choice> {
    let default = format!("{default}, the server's default");
    let mut all = vec![choice("", &default, "", chosen.is_none())];
    let each = |one: &SigningAlgorithm| choice(one.as_str(), one.as_str(), "", chosen == Some(*one));
    all.extend(offered.iter().map(each));
    all
}

/// The subject types.
pub(crate) fn subject_types(chosen: Option<SubjectType>) -> Vec<Choice> {
    let pairwise = chosen == Some(SubjectType::Pairwise);
    let same = "Every application knows a person by the same subject.";
    let own = "This application knows people by subjects that mean nothing elsewhere. Changing this later makes everybody a stranger to it.";
    vec![
        choice("public", "Public", same, !pairwise),
        choice("pairwise", "Pairwise", own, pairwise),
    ]
}

/// The formats of access tokens. With the first, the resource or the server decides.
pub(crate) fn access_token_formats(chosen: Option<AccessTokenFormat>) -> Vec<Choice> {
    let each = |format: AccessTokenFormat, label: &str, explanation: &str| {
        choice(format.as_str(), label, explanation, chosen == Some(format))
    };
    vec![
        choice("", "As the API or the server says", "", chosen.is_none()),
        each(
            AccessTokenFormat::Opaque,
            "Opaque",
            "Random; APIs ask the server what it is good for.",
        ),
        each(
            AccessTokenFormat::Jwt,
            "JWT",
            "Signed; APIs read it by themselves, and notice a revocation only when it ends.",
        ),
    ]
}

impl OpenIdFields {
    /// The fields for a new application.
    pub(crate) fn empty(
        offered: &[ResponseType],
        algorithms: &[SigningAlgorithm],
        default: SigningAlgorithm,
    ) -> Self {
        Self {
            auth_methods: auth_methods(false),
            response_types: response_types(offered, &[]),
            id_token_algs: id_token_algs(algorithms, default, None),
            subject_types: subject_types(None),
            access_token_formats: access_token_formats(None),
            ..Self::default()
        }
    }

    /// The fields for the samples of the form.
    pub(crate) fn sample() -> Self {
        let algorithms = [SigningAlgorithm::Rs256, SigningAlgorithm::Es256];
        Self::empty(ResponseType::ALL, &algorithms, SigningAlgorithm::Rs256)
    }
}
