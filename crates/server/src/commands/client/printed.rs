//! An application as the commands print it.

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    AccessTokenFormat, ApplicationType, ClientSecret, ClientType, Relaxation, RequestObjectAlgorithm,
    SubjectType,
};
use pixie_provider::{ADMINISTRATION_SCOPE, Client, INTROSPECTION_SCOPE, REGISTRATION_SCOPE, Registered};
use serde_json::{Value, json};

use crate::commands::error::CommandError;
use crate::commands::text::{fields, moment};

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
    let page = |page: &Option<String>| page.iter().cloned().collect::<Vec<_>>();
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
        (
            "Further origins",
            client.allowed_origins.iter().map(ToString::to_string).collect(),
        ),
        ("Scopes", scope(client.scope.as_ref(), &all_public_scopes())),
        (
            "Default scopes",
            scope(client.default_scope.as_ref(), "the server's default"),
        ),
        ("Consent", one(consent)),
        ("Profile", vec![profile]),
        ("Home page", page(&client.client_uri)),
        ("Privacy policy", page(&client.policy_uri)),
        ("Terms of use", page(&client.tos_uri)),
    ];
    lines.extend(openid(client));
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

/// The fields of OpenID Connect that are set.
fn openid(client: &Client) -> Vec<(&'static str, Vec<String>)> {
    let openid = &client.openid;
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let text = |text: &Option<String>| one(text.as_deref());
    let yes = |flag: bool| one(flag.then_some("yes"));
    let keys = openid.jwks.as_ref().map(|_| "registered with it");
    let max_age = openid.default_max_age.map(|age| format!("{age} seconds"));
    let lines = vec![
        (
            "Response types",
            openid.response_types.iter().map(ToString::to_string).collect(),
        ),
        (
            "Application type",
            one(openid.application_type.map(ApplicationType::as_str)),
        ),
        ("Contacts", openid.contacts.clone()),
        ("Logo", text(&openid.logo_uri)),
        ("Keys", one(keys.or(openid.jwks_uri.as_deref()))),
        (
            "Assertions",
            one(openid
                .token_endpoint_auth_signing_alg
                .map(SigningAlgorithm::as_str)),
        ),
        ("Subjects", one(openid.subject_type.map(SubjectType::as_str))),
        ("Sector", text(&openid.sector_identifier_uri)),
        (
            "Id tokens",
            one(openid.id_token_signed_response_alg.map(SigningAlgorithm::as_str)),
        ),
        (
            "Userinfo",
            one(openid.userinfo_signed_response_alg.map(SigningAlgorithm::as_str)),
        ),
        (
            "Request objects",
            one(openid
                .request_object_signing_alg
                .map(RequestObjectAlgorithm::as_str)),
        ),
        ("Request URIs", openid.request_uris.clone()),
        ("Default max age", one(max_age.as_deref())),
        ("Time of sign-in", yes(openid.require_auth_time)),
        ("Default ACRs", openid.default_acr_values.clone()),
        ("Starts sign-in at", text(&openid.initiate_login_uri)),
        ("After signing out", openid.post_logout_redirect_uris.clone()),
        ("Told of sign-outs", text(&openid.backchannel_logout_uri)),
        ("Sign-out page", text(&openid.frontchannel_logout_uri)),
        ("Claims in id tokens", yes(openid.claims_in_id_token)),
        (
            "Access tokens",
            one(openid.access_token_format.map(AccessTokenFormat::as_str)),
        ),
    ];
    lines
        .into_iter()
        .filter(|(_, values): &(_, Vec<_>)| !values.is_empty())
        .collect()
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
