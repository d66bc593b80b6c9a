//! The controls of the part of the application form that is about OpenID Connect: one for each field of the table of client
//! metadata that has a hint.

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    AccessTokenFormat, ClientAuthMethod, ClientMetadata, Field, Kind, ResponseType, SetBy, SubjectType,
};
use pixie_provider::Settings;
use serde::Serialize;

use super::choice::Choice;
use super::fields::form_field;
use crate::texts::{Text, tables, text};

/// The fields of the form about OpenID Connect. If a field is empty, the server's default applies.
#[derive(Clone, Serialize)]
pub(crate) struct OpenIdFields {
    /// True if the part is shown unfolded.
    pub(crate) open: bool,
    /// Field `auth_method`: the authentication method of a confidential application.
    pub(crate) auth_methods: Vec<Choice>,
    /// The other fields.
    pub(crate) controls: Vec<Control>,
}

/// The control of one field.
#[derive(Clone, Serialize)]
pub(crate) struct Control {
    /// The name in the form.
    pub(crate) name: &'static str,
    /// The name for people.
    pub(crate) label: Text,
    /// A sentence about the value.
    pub(crate) hint: Text,
    /// `text`, `lines`, `checkbox`, `checkboxes`, `radio` or `select`.
    pub(crate) form: &'static str,
    /// The text, if it is one that is typed.
    pub(crate) text: String,
    /// The choices, if there are some.
    pub(crate) choices: Vec<Choice>,
}

/// A value of a field as a form has it: a text, or the words that are chosen.
#[derive(Default)]
pub(crate) struct Entered {
    pub(crate) text: String,
    pub(crate) words: Vec<String>,
}

/// The fields of this part that have a control of the table.
pub(crate) fn controlled() -> impl Iterator<Item = &'static Field> {
    ClientMetadata::FIELDS.iter().filter(|field| field.hint.is_some())
}

impl OpenIdFields {
    /// The part with these values.
    pub(crate) fn new(
        offered: &Offered<'_>,
        method: ClientAuthMethod,
        entered: impl Fn(&Field) -> Entered,
    ) -> Self {
        let controls = controlled().filter_map(|field| control(field, offered, entered(field)));
        Self {
            open: false,
            auth_methods: auth_methods(method),
            controls: controls.collect(),
        }
    }

    /// The part for the samples of the form.
    pub(crate) fn sample(entered: impl Fn(&Field) -> Entered) -> Self {
        let offered = Offered {
            response_types: ResponseType::ALL,
            algorithms: &[SigningAlgorithm::Rs256, SigningAlgorithm::Es256],
            default_algorithm: SigningAlgorithm::Rs256,
            to_administrator: true,
        };
        Self::new(&offered, ClientAuthMethod::ClientSecret, entered)
    }
}

/// The response types, algorithms and fields that are offered to the person who fills in the form.
pub(crate) struct Offered<'a> {
    response_types: &'a [ResponseType],
    algorithms: &'a [SigningAlgorithm],
    default_algorithm: SigningAlgorithm,
    /// `true` if the person may set what only administrators set.
    to_administrator: bool,
}

impl<'a> Offered<'a> {
    /// The offer of the settings to a person.
    pub(crate) fn new(settings: &'a Settings, to_administrator: bool) -> Self {
        Self {
            response_types: &settings.response_types,
            algorithms: &settings.signing_algorithms,
            default_algorithm: settings.default_signing_algorithm(),
            to_administrator,
        }
    }
}

/// The control of a field; none if there is nothing to choose.
fn control(field: &'static Field, offered: &Offered<'_>, entered: Entered) -> Option<Control> {
    if field.set_by == SetBy::Administrator && !offered.to_administrator {
        return None;
    }
    let choices = choices(field, offered, &entered);
    if field.kind.words().is_some() && choices.is_empty() {
        return None;
    }
    let explained = choices.iter().all(|choice| choice.explanation.is_some());
    Some(Control {
        name: form_field(field.name),
        label: tables::field_label(field),
        hint: tables::field_hint(field)?,
        form: match field.kind {
            Kind::Text | Kind::Seconds => "text",
            Kind::Texts | Kind::Keys => "lines",
            Kind::Boolean(false) => "checkbox",
            Kind::Words(_) => "checkboxes",
            Kind::Word(_) if explained => "radio",
            Kind::Word(_) | Kind::Boolean(true) => "select",
        },
        text: entered.text,
        choices,
    })
}

/// The words that may be chosen, with a sentence about each if there is one.
fn choices(field: &Field, offered: &Offered<'_>, entered: &Entered) -> Vec<Choice> {
    let chosen = &entered.words;
    let is_chosen = |word: &str| chosen.iter().any(|chosen| chosen == word);
    let left = |label: Text| choice("", label, None, chosen.iter().all(String::is_empty));
    let plain = |words: Vec<&str>| {
        let each = words
            .into_iter()
            .map(|word| choice(word, Text::verbatim(word.to_owned()), None, is_chosen(word)));
        each.collect::<Vec<_>>()
    };
    match (field.name, field.kind) {
        ("response_types", _) => response_types(offered.response_types, chosen),
        ("id_token_signed_response_alg", _) => {
            let words = offered.algorithms.iter().map(|one| one.as_str());
            let default = offered.default_algorithm.to_string();
            let default = text!("application-form-default-algorithm", algorithm = default);
            [vec![left(default)], plain(words.collect())].concat()
        }
        ("subject_type", _) => subject_types(is_chosen(SubjectType::Pairwise.as_str())),
        ("access_token_format", _) => {
            let mut formats = vec![left(text!("application-form-default-format"))];
            formats.extend(access_token_formats(is_chosen));
            formats
        }
        (_, Kind::Word(words)) => [vec![left(text!("application-form-default"))], plain(words())].concat(),
        (_, Kind::Words(words)) => plain(words()),
        // A box that is not ticked is not sent, and then the field would be off.
        (_, Kind::Boolean(true)) => {
            let off = entered.text == "false";
            vec![
                choice("", text!("application-form-on"), None, !off),
                choice("false", text!("application-form-off"), None, off),
            ]
        }
        _ => Vec::new(),
    }
}

fn choice(value: &str, label: Text, explanation: Option<Text>, chosen: bool) -> Choice {
    Choice {
        value: value.to_owned(),
        label,
        explanation,
        chosen,
        for_administrators: false,
    }
}

/// The authentication methods of a confidential application.
fn auth_methods(method: ClientAuthMethod) -> Vec<Choice> {
    vec![
        choice(
            "client_secret",
            text!("application-form-client-secret"),
            Some(text!("application-form-client-secret.explanation")),
            !method.has_assertions(),
        ),
        choice(
            "private_key_jwt",
            text!("application-form-private-key-jwt"),
            Some(text!("application-form-private-key-jwt.explanation")),
            method == ClientAuthMethod::PrivateKeyJwt,
        ),
        choice(
            "client_secret_jwt",
            text!("application-form-client-secret-jwt"),
            Some(text!("application-form-client-secret-jwt.explanation")),
            method == ClientAuthMethod::ClientSecretJwt,
        ),
    ]
}

/// The value of a response type in the form: an id has no spaces.
pub(crate) fn response_type_value(response_type: ResponseType) -> String {
    response_type.as_str().replace(' ', "-")
}

/// The response types that are offered beside `code`.
fn response_types(offered: &[ResponseType], chosen: &[String]) -> Vec<Choice> {
    let front_channel = ResponseType::ALL.iter().filter(|one| one.is_front_channel());
    let words = |one: ResponseType| {
        let parts = [
            (one.has_code(), "code"),
            (one.has_id_token(), "id-token"),
            (one.has_token(), "token"),
        ];
        let parts = parts.into_iter().filter(|(has, _)| *has);
        let parts: Vec<_> = parts.map(|(_, part)| part).collect();
        text!("application-form-response", parts = parts.join("-"))
    };
    front_channel
        .filter(|one| offered.contains(one))
        .map(|one| {
            let value = response_type_value(*one);
            let is_chosen = chosen.contains(&value);
            let label = Text::verbatim(one.as_str().to_owned());
            choice(&value, label, Some(words(*one)), is_chosen)
        })
        .collect()
}

/// The subject types.
fn subject_types(pairwise: bool) -> Vec<Choice> {
    vec![
        choice(
            "public",
            text!("application-form-public-subject"),
            Some(text!("application-form-public-subject.explanation")),
            !pairwise,
        ),
        choice(
            "pairwise",
            text!("application-form-pairwise-subject"),
            Some(text!("application-form-pairwise-subject.explanation")),
            pairwise,
        ),
    ]
}

/// The formats of access tokens.
fn access_token_formats(is_chosen: impl Fn(&str) -> bool) -> Vec<Choice> {
    let each = |format: AccessTokenFormat, label: Text, explanation: Text| {
        choice(
            format.as_str(),
            label,
            Some(explanation),
            is_chosen(format.as_str()),
        )
    };
    vec![
        each(
            AccessTokenFormat::Opaque,
            text!("application-form-opaque"),
            text!("application-form-opaque.explanation"),
        ),
        each(
            AccessTokenFormat::Jwt,
            text!("application-form-jwt"),
            text!("application-form-jwt.explanation"),
        ),
    ]
}
