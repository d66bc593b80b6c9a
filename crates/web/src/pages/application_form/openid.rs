//! The part of the application form that is about OpenID Connect: its fields as client metadata, and back.

use pixie_oauth::{
    ClientAuthMethod, ClientMetadata, Field, GrantType, Kind, Params, Part, ResponseType, SetBy,
};
use pixie_provider::Client;
use serde_json::{Map, Value, json};

use super::fields::{Reading, form_field, several};
use super::openid_fields::{Entered, Offered, OpenIdFields, controlled};

/// The part for a new application.
pub(crate) fn empty(offered: &Offered<'_>) -> OpenIdFields {
    OpenIdFields::new(offered, ClientAuthMethod::ClientSecret, |_| Entered::default())
}

/// The part for a registered application.
pub(crate) fn filled(offered: &Offered<'_>, client: &Client) -> OpenIdFields {
    let metadata = serde_json::to_value(client.to_stored()).unwrap_or_default();
    let method = client.auth_method;
    let described = client.described();
    OpenIdFields {
        open: method.has_assertions() || described.iter().any(|(field, _)| field.part == Part::OpenId),
        ..OpenIdFields::new(offered, method, |field| entered(field, metadata.get(field.name)))
    }
}

/// A registered value as the form has it.
fn entered(field: &Field, value: Option<&Value>) -> Entered {
    let Some(value) = value else {
        return Entered::default();
    };
    let lines = match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        value => Vec::from_iter(value.as_str()),
    };
    Entered {
        text: match field.kind {
            Kind::Keys => format!("{value:#}"),
            Kind::Seconds | Kind::Boolean(_) => value.to_string(),
            _ => lines.join("\n"),
        },
        // An id has no spaces.
        words: lines.iter().map(|word| word.replace(' ', "-")).collect(),
    }
}

/// The part as it was sent.
pub(crate) fn refused(offered: &Offered<'_>, form: &Params, open: bool) -> OpenIdFields {
    let method = form.get("auth_method").and_then(ClientAuthMethod::named);
    let sent = |field: &Field| {
        let name = form_field(field.name);
        let text = form.get(name).unwrap_or_default().to_owned();
        let words = match field.kind {
            Kind::Words(_) => several(form, name),
            _ => vec![text.clone()],
        };
        Entered { text, words }
    };
    OpenIdFields {
        open,
        ..OpenIdFields::new(offered, method.unwrap_or(ClientAuthMethod::ClientSecret), sent)
    }
}

/// The metadata with every field of this part in it, so that an emptied field becomes empty. Only those who may trust
/// applications have the fields that administrators set; anybody else who sends one is refused by the provider.
pub(crate) fn over(
    mut metadata: ClientMetadata,
    may_trust: bool,
    reading: &mut Reading<'_>,
) -> ClientMetadata {
    let front_channel = ticked(reading.form);
    let mut grants = metadata.grant_types.take().unwrap_or_default();
    let mut response_types = front_channel.clone();
    if !front_channel.is_empty() {
        grants.push(GrantType::Implicit);
    }
    if grants.contains(&GrantType::AuthorizationCode) {
        response_types.push(ResponseType::Code);
    }
    let mut fields = match serde_json::to_value(metadata) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    for field in controlled().filter(|field| field.name != "response_types") {
        let has_control = may_trust || field.set_by != SetBy::Administrator;
        if !has_control && reading.form.get(form_field(field.name)).is_none() {
            continue;
        }
        let value = value(field, reading);
        let alone = json!({ field.name: value });
        match pixie_oauth::json::read::<ClientMetadata>(&alone) {
            Ok(_) => fields.insert(field.name.to_owned(), value),
            Err(error) => {
                reading.refuse(field.name, error.reason());
                None
            }
        };
    }
    ClientMetadata {
        grant_types: Some(grants),
        response_types: Some(response_types),
        ..serde_json::from_value(Value::Object(fields)).unwrap_or_default()
    }
}

/// The value of a field as JSON; null if the server decides.
fn value(field: &'static Field, reading: &mut Reading<'_>) -> Value {
    let name = form_field(field.name);
    let text = reading.text(name).trim();
    match field.kind {
        Kind::Text => json!(text),
        Kind::Texts => json!(reading.lines(name)),
        Kind::Words(_) => json!(several(reading.form, name)),
        Kind::Boolean(false) => json!(!text.is_empty()),
        Kind::Boolean(true) => json!(text != "false"),
        _ if text.is_empty() => Value::Null,
        Kind::Word(_) => json!(text),
        Kind::Seconds => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), |seconds| json!(seconds)),
        Kind::Keys => serde_json::from_str(text).unwrap_or_else(|_| {
            reading.refuse(
                field.name,
                "this must be a JWK Set: JSON with an array keys".to_owned(),
            );
            Value::Null
        }),
    }
}

/// The authentication method of a confidential client. The form does not tell Basic from post: a client that named one of
/// them keeps it.
pub(crate) fn auth_method(reading: &Reading<'_>, before: Option<ClientAuthMethod>) -> ClientAuthMethod {
    match ClientAuthMethod::parse(reading.text("auth_method")) {
        Ok(method) if method.has_assertions() => method,
        _ => before
            .filter(|before| before.has_secret() && !before.has_assertions())
            .unwrap_or(ClientAuthMethod::ClientSecret),
    }
}

fn ticked(form: &Params) -> Vec<ResponseType> {
    several(form, "response_types")
        .iter()
        .filter_map(|value| ResponseType::parse(&value.replace('-', " ")).ok())
        .filter(|one| one.is_front_channel())
        .collect()
}
