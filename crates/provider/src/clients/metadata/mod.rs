//! From client metadata to a client: defaults and checks (RFC 7591 section 2).

mod addresses;
mod keys;
mod openid;
mod response_types;
pub(crate) mod sector;

use pixie_oauth::{
    ClientAuthMethod, ClientId, ClientMetadata, ClientSecret, GrantType, Profile, RedirectUri, Relaxation,
    Rules, Scope,
};

pub(crate) use keys::shows_a_secret;

use crate::clients::{Client, OpenIdRegistration};
use crate::scopes::known::Scopes;
use crate::settings::Settings;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field by its name in RFC 7591.
    pub field: &'static str,
    /// A sentence that says what to do.
    pub message: String,
}

/// Metadata that passed every check, with its defaults filled in.
pub(crate) struct CheckedMetadata {
    pub(crate) id: Option<ClientId>,
    pub(crate) chosen_secret: Option<ClientSecret>,
    pub(crate) name: Option<String>,
    pub(crate) client_uri: Option<String>,
    pub(crate) policy_uri: Option<String>,
    pub(crate) tos_uri: Option<String>,
    pub(crate) redirect_uris: Vec<RedirectUri>,
    pub(crate) grant_types: Vec<GrantType>,
    pub(crate) auth_method: ClientAuthMethod,
    pub(crate) scope: Option<Scope>,
    pub(crate) default_scope: Option<Scope>,
    pub(crate) rules: Rules,
    pub(crate) openid: OpenIdRegistration,
}

impl CheckedMetadata {
    /// A client that says all of this of itself. Who it is, its secret, and what others decided about it stays.
    pub(crate) fn over(&self, before: Client) -> Client {
        Client {
            name: self.name.clone().unwrap_or_else(|| before.id.to_string()),
            client_uri: self.client_uri.clone(),
            policy_uri: self.policy_uri.clone(),
            tos_uri: self.tos_uri.clone(),
            redirect_uris: self.redirect_uris.clone(),
            grant_types: self.grant_types.clone(),
            auth_method: self.auth_method,
            scope: self.scope.clone(),
            default_scope: self.default_scope.clone(),
            rules: self.rules.clone(),
            openid: self.openid.clone(),
            ..before
        }
    }
}

/// Collects what is wrong, so that a person can mend everything at once.
struct Checks {
    errors: Vec<FieldError>,
}

impl Checks {
    fn refuse(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError {
            field,
            message: message.into(),
        });
    }
}

/// Checks metadata.
pub(crate) fn check(
    metadata: &ClientMetadata,
    settings: &Settings,
) -> Result<CheckedMetadata, Vec<FieldError>> {
    let scopes = &settings.scopes;
    let mut checks = Checks { errors: Vec::new() };
    let rules = rules(metadata, &mut checks);
    let grant_types = response_types::grant_types(metadata, &mut checks);
    let auth_method = metadata
        .token_endpoint_auth_method
        .unwrap_or_else(|| default_method(metadata, &grant_types));
    let chosen_secret = secret(metadata, auth_method, &mut checks);
    if auth_method == ClientAuthMethod::None {
        if grant_types.contains(&GrantType::ClientCredentials) {
            checks.refuse(
                "grant_types",
                "client_credentials is for confidential clients only",
            );
        }
        if rules.relaxations().any(|one| one == Relaxation::OptionalPkce) {
            checks.refuse("relaxations", "optional_pkce is for confidential clients only");
        }
    }
    let redirect_uris = redirect_uris(metadata, &rules, &grant_types, &mut checks);
    let known = openid::Known {
        rules: &rules,
        grant_types: &grant_types,
        auth_method,
        redirect_uris: &redirect_uris,
    };
    let openid = openid::check(metadata, &known, settings, &mut checks);
    let checked = CheckedMetadata {
        id: client_id(metadata, &mut checks),
        name: name(metadata, &mut checks),
        client_uri: checks.web_address("client_uri", metadata.client_uri.as_ref()),
        policy_uri: checks.web_address("policy_uri", metadata.policy_uri.as_ref()),
        tos_uri: checks.web_address("tos_uri", metadata.tos_uri.as_ref()),
        redirect_uris,
        scope: known_scope("scope", metadata.scope.as_ref(), scopes, &mut checks),
        default_scope: default_scope(metadata, scopes, &mut checks),
        chosen_secret,
        grant_types,
        auth_method,
        openid,
        rules,
    };
    if checks.errors.is_empty() {
        Ok(checked)
    } else {
        Err(checks.errors)
    }
}

fn rules(metadata: &ClientMetadata, checks: &mut Checks) -> Rules {
    let profile = metadata.profile.unwrap_or(Profile::Oauth21);
    if !Profile::OFFERED.contains(&profile) {
        let offered: Vec<_> = Profile::OFFERED.iter().map(|one| one.as_str()).collect();
        checks.refuse(
            "profile",
            format!(
                "{profile} is not offered: it needs pushed authorization requests (RFC 9126) and tokens that are bound to a key (RFC 9449), which this server does not have; there is {}",
                offered.join(", ")
            ),
        );
    }
    let relaxations = match &metadata.relaxations {
        Some(relaxations) => relaxations.clone(),
        None if profile == Profile::Legacy => profile
            .relaxations()
            .iter()
            .copied()
            .filter(|one| *one != Relaxation::OptionalPkce)
            .collect(),
        None => Vec::new(),
    };
    for relaxation in &relaxations {
        if !profile.relaxations().contains(relaxation) {
            checks.refuse(
                "relaxations",
                format!("profile {profile} does not allow {relaxation}"),
            );
        }
    }
    Rules::new(profile, relaxations)
}

fn default_method(metadata: &ClientMetadata, grants: &[GrantType]) -> ClientAuthMethod {
    if metadata.client_secret.is_some() || !grants.contains(&GrantType::AuthorizationCode) {
        ClientAuthMethod::ClientSecretBasic
    } else {
        ClientAuthMethod::None
    }
}

fn secret(metadata: &ClientMetadata, method: ClientAuthMethod, checks: &mut Checks) -> Option<ClientSecret> {
    let chosen = metadata.client_secret.as_deref()?;
    if !shows_a_secret(method) {
        checks.refuse(
            "client_secret",
            format!("a client with the token_endpoint_auth_method {method} has no secret"),
        );
    }
    ClientSecret::choose(chosen)
        .map_err(|error| checks.refuse("client_secret", error.to_string()))
        .ok()
}

fn client_id(metadata: &ClientMetadata, checks: &mut Checks) -> Option<ClientId> {
    let id = metadata.client_id.clone()?;
    // RFC 9700 section 4.15: an API that is told `sub` must not take a client for a person.
    if uuid::Uuid::try_parse(id.as_str()).is_ok() {
        checks.refuse(
            "client_id",
            "a client id must not be a UUID: subjects of people are",
        );
    }
    Some(id)
}

fn name(metadata: &ClientMetadata, checks: &mut Checks) -> Option<String> {
    let name = metadata
        .client_name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())?;
    if name.chars().count() > 100 || name.chars().any(is_not_seen) {
        checks.refuse(
            "client_name",
            "a name has at most 100 characters, and none that control or turn the text",
        );
    }
    Some(name.to_owned())
}

/// Control characters, and those of Unicode that are not seen or turn the direction: with them, one name looks like another.
fn is_not_seen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn redirect_uris(
    metadata: &ClientMetadata,
    rules: &Rules,
    grants: &[GrantType],
    checks: &mut Checks,
) -> Vec<RedirectUri> {
    let mut parsed: Vec<RedirectUri> = Vec::new();
    for text in metadata.redirect_uris.iter().flatten() {
        match RedirectUri::parse(text, rules) {
            Ok(uri) if parsed.contains(&uri) => {}
            Ok(uri) => parsed.push(uri),
            Err(error) => checks.refuse("redirect_uris", format!("{text}: {error}")),
        }
    }
    let none_given = metadata.redirect_uris.as_ref().is_none_or(Vec::is_empty);
    let needing = [GrantType::AuthorizationCode, GrantType::Implicit];
    if let Some(grant) = needing.into_iter().find(|grant| grants.contains(grant))
        && none_given
    {
        checks.refuse(
            "redirect_uris",
            format!("the grant {grant} needs at least one redirect URI"),
        );
    }
    checks.bounded("redirect_uris", &parsed);
    parsed
}

fn known_scope(
    field: &'static str,
    scope: Option<&Scope>,
    scopes: &Scopes,
    checks: &mut Checks,
) -> Option<Scope> {
    let scope = scope.filter(|scope| !scope.is_empty())?;
    for token in scope.iter().filter(|token| !scopes.has(token)) {
        checks.refuse(
            field,
            format!(
                "there is no scope {token}; there is {}",
                scopes.names().join(", ")
            ),
        );
    }
    Some(scope.clone())
}

fn default_scope(metadata: &ClientMetadata, scopes: &Scopes, checks: &mut Checks) -> Option<Scope> {
    let default = known_scope("default_scope", metadata.default_scope.as_ref(), scopes, checks)?;
    let outside = default.iter().find(|token| match &metadata.scope {
        Some(allowed) if !allowed.is_empty() => !allowed.has(token),
        _ => !scopes.is_public(token),
    });
    if let Some(token) = outside {
        checks.refuse(
            "default_scope",
            format!("{token} is not among the scopes that the client may ask for"),
        );
    }
    Some(default)
}

#[cfg(test)]
mod tests;
