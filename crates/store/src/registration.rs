//! How a registered client is kept in columns, the same in every database.

use pixie_oauth::{
    ClientAuthMethod, ClientId, GrantType, Origin, Profile, RedirectUri, Relaxation, Rules, Scope,
    SubjectType,
};
use pixie_provider::{
    Client, ClientKey, DynamicRegistration, OpenIdRegistration, SecretHash, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

/// The columns of a client.
pub(crate) struct Kept {
    pub(crate) key: ClientKey,
    pub(crate) id: ClientId,
    pub(crate) owner: Option<UserId>,
    pub(crate) registration: Registration,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) argon2id: Option<String>,
    pub(crate) dynamic: Option<DynamicRegistration>,
    pub(crate) revision: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Kept {
    /// The client; the error is what is wrong with its secret.
    pub(crate) fn client(self) -> Result<Client, &'static str> {
        let secret = match (self.sha256, self.argon2id) {
            (Some(sha256), None) => Some(SecretHash::Sha256(sha256)),
            (None, Some(argon2id)) => Some(SecretHash::Argon2id(argon2id)),
            (None, None) => None,
            (Some(_), Some(_)) => return Err("two secrets"),
        };
        let kept = self.registration;
        Ok(Client {
            key: self.key,
            id: self.id,
            name: kept.name,
            owner: self.owner,
            client_uri: kept.client_uri,
            policy_uri: kept.policy_uri,
            tos_uri: kept.tos_uri,
            redirect_uris: kept
                .redirect_uris
                .into_iter()
                .map(RedirectUri::from_stored)
                .collect(),
            allowed_origins: kept.allowed_origins,
            grant_types: kept.grant_types,
            auth_method: kept.auth_method,
            secret,
            scope: kept.scope,
            default_scope: kept.default_scope,
            trusted: kept.trusted,
            rules: Rules::new(kept.profile, kept.relaxations),
            openid: kept.openid,
            dynamic: self.dynamic,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// What nothing is looked up by, in one column.
#[derive(Serialize, Deserialize)]
pub(crate) struct Registration {
    name: String,
    client_uri: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
    redirect_uris: Vec<String>,
    allowed_origins: Vec<Origin>,
    grant_types: Vec<GrantType>,
    auth_method: ClientAuthMethod,
    scope: Option<Scope>,
    default_scope: Option<Scope>,
    trusted: bool,
    profile: Profile,
    relaxations: Vec<Relaxation>,
    /// Missing where a version without OpenID Connect wrote the row, and where nothing was said.
    #[serde(default, skip_serializing_if = "says_nothing")]
    openid: OpenIdRegistration,
}

fn says_nothing(openid: &OpenIdRegistration) -> bool {
    *openid == OpenIdRegistration::default()
}

impl Registration {
    /// What is kept of a client.
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
