//! What is stored of a client in columns, the same in every database.

use pixie_oauth::{ClientAuthMethod, GrantType, Origin, Profile, Relaxation, Scope, SubjectType};
use pixie_provider::{Client, OpenIdRegistration, SecretHash};
use serde::{Deserialize, Serialize};

/// The members that nothing is looked up by, as JSON in one column.
#[derive(Serialize, Deserialize)]
pub(crate) struct Registration {
    pub(crate) name: String,
    pub(crate) client_uri: Option<String>,
    pub(crate) policy_uri: Option<String>,
    pub(crate) tos_uri: Option<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) allowed_origins: Vec<Origin>,
    pub(crate) grant_types: Vec<GrantType>,
    pub(crate) auth_method: ClientAuthMethod,
    pub(crate) scope: Option<Scope>,
    pub(crate) default_scope: Option<Scope>,
    pub(crate) trusted: bool,
    pub(crate) profile: Profile,
    pub(crate) relaxations: Vec<Relaxation>,
    /// Missing if nothing of it is registered.
    #[serde(default, skip_serializing_if = "says_nothing")]
    pub(crate) openid: OpenIdRegistration,
}

fn says_nothing(openid: &OpenIdRegistration) -> bool {
    *openid == OpenIdRegistration::default()
}

impl Registration {
    /// Those of a client.
    pub(crate) fn of(client: &Client) -> Self {
        Self {
            name: client.name.clone(),
            client_uri: client.client_uri.clone(),
            policy_uri: client.policy_uri.clone(),
            tos_uri: client.tos_uri.clone(),
            redirect_uris: client.redirect_uris.iter().map(ToString::to_string).collect(),
            allowed_origins: client.allowed_origins.clone(),
            grant_types: client.grant_types.clone(),
            auth_method: client.auth_method,
            scope: client.scope.clone(),
            default_scope: client.default_scope.clone(),
            trusted: client.trusted,
            profile: client.rules.profile(),
            relaxations: client.rules.relaxations().collect(),
            openid: client.openid.clone(),
        }
    }
}

/// Whether it calls people by names of its own.
pub(crate) fn is_pairwise(client: &Client) -> bool {
    client.openid.subject_type == Some(SubjectType::Pairwise)
}

/// The hash of the token by which it changes itself.
pub(crate) fn registration_token(client: &Client) -> Option<[u8; 32]> {
    let token = client.dynamic.as_ref()?.token.as_ref()?;
    Some(*token.as_bytes())
}

/// The hash of its metadata.
pub(crate) fn identity(client: &Client) -> Option<[u8; 32]> {
    client.dynamic.as_ref()?.identity
}

/// Its secret, where it was made by Pixie.
pub(crate) fn sha256(client: &Client) -> Option<&[u8; 32]> {
    match &client.secret {
        Some(SecretHash::Sha256(hash)) => Some(hash),
        _ => None,
    }
}

/// Its secret, where people chose it.
pub(crate) fn argon2id(client: &Client) -> Option<&str> {
    match &client.secret {
        Some(SecretHash::Argon2id(hash)) => Some(hash),
        _ => None,
    }
}
