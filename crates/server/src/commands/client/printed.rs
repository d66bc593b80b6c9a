//! An application as the commands print it.

use pixie_oauth::{ClientAuthMethod, ClientSecret, ClientType, Relaxation};
use pixie_provider::{ADMINISTRATION_SCOPE, Client, INTROSPECTION_SCOPE, REGISTRATION_SCOPE, Registered};
use serde_json::{Value, json};

use crate::commands::error::CommandError;
use crate::commands::text::{fields, moment};

/// The fields that have a line in words of their own.
const IN_WORDS: [&str; 9] = [
    "client_name",
    "redirect_uris",
    "grant_types",
    "token_endpoint_auth_method",
    "scope",
    "default_scope",
    "skip_authorization",
    "profile",
    "relaxations",
];

/// The application by the names of RFC 7591 section 3.2.1.
pub(super) fn json(client: &Client, secret: Option<&ClientSecret>) -> Result<Value, CommandError> {
    let mut value = serde_json::to_value(client.metadata())?;
    value["client_id_issued_at"] = json!(client.created_at.seconds());
    if let Some(secret) = secret {
        value["client_secret"] = json!(secret.expose());
        // It does not expire.
        value["client_secret_expires_at"] = json!(0);
    }
    Ok(value)
}

/// The application, a field a line.
pub(super) fn text(client: &Client) -> String {
    let one = |text: &str| vec![text.to_owned()];
    let kind = match client.client_type() {
        ClientType::Public => "public, without a secret".to_owned(),
        ClientType::Confidential if client.auth_method == ClientAuthMethod::ClientSecret => {
            "confidential, by client_secret_basic or client_secret_post".to_owned()
        }
        ClientType::Confidential => format!("confidential, by {}", client.auth_method),
    };
    let scope = |scope: Option<&pixie_oauth::Scope>, otherwise: &str| match scope {
        Some(scope) if scope.is_empty() => one("none"),
        Some(scope) => one(&scope.to_string()),
        None => one(otherwise),
    };
    let relaxations: Vec<&str> = client.rules.relaxations().map(Relaxation::as_str).collect();
    let profile = match (client.rules.profile(), relaxations.is_empty()) {
        (profile, true) => profile.to_string(),
        (profile, false) => format!("{profile}, relaxed by {}", relaxations.join(", ")),
    };
    let consent = if client.trusted {
        "skipped: the application is trusted"
    } else {
        "asked for"
    };
    let mut lines = vec![
        ("Client id", one(client.id.as_str())),
        ("Name", one(&client.name)),
        ("Type", vec![kind]),
        ("Grants", one(&grants(client))),
        (
            "Redirect URIs",
            client.redirect_uris.iter().map(ToString::to_string).collect(),
        ),
        ("Scopes", scope(client.scope.as_ref(), &all_public_scopes())),
        (
            "Default scopes",
            scope(client.default_scope.as_ref(), "the server's default"),
        ),
        ("Consent", one(consent)),
        ("Profile", vec![profile]),
    ];
    let described = client.described().into_iter();
    let others = described.filter(|(field, _)| !IN_WORDS.contains(&field.name));
    lines.extend(others.map(|(field, values)| (field.label, values)));
    if client.dynamic.is_some() {
        lines.push(("Registered by", one("itself")));
    }
    lines.push(("Registered", one(&moment(client.created_at))));
    lines.push(("Changed", one(&moment(client.updated_at))));
    fields(&lines)
}

/// The scopes of a client without a list of its own: it gets no reserved one.
fn all_public_scopes() -> String {
    format!("all except {ADMINISTRATION_SCOPE}, {INTROSPECTION_SCOPE} and {REGISTRATION_SCOPE}")
}

/// The grants in one line.
pub(super) fn grants(client: &Client) -> String {
    let grants: Vec<_> = client.grant_types.iter().map(|grant| grant.as_str()).collect();
    grants.join(", ")
}

/// The application, and its secret if one was just generated.
pub(super) fn registered(
    Registered { client, secret }: &Registered,
) -> Result<(Value, String), CommandError> {
    let mut text = text(client);
    if let Some(secret) = secret {
        text.push_str(&format!(
            "\nClient secret  {}\nIt is shown this once and cannot be read again: put it where the application finds it.\n",
            secret.expose()
        ));
    }
    Ok((json(client, secret.as_ref())?, text))
}
