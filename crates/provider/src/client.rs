//! A registered client (RFC 6749 section 2).

use pixie_oauth::{
    ClientAuthMethod, ClientId, ClientMetadata, ClientType, GrantType, Origin, RedirectUri, ResponseType,
    Rules, Scope,
};

use crate::clock::Timestamp;
use crate::ids::{ClientKey, UserId};

/// A client as it is registered. Its redirect URIs and rules were checked when it was registered or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its row.
    pub key: ClientKey,
    /// Its identifier.
    pub id: ClientId,
    /// The name that people read.
    pub name: String,
    /// Who registered it in the pages; nobody where the command line or a file did.
    pub owner: Option<UserId>,
    /// The application's home page.
    pub client_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Its terms of use.
    pub tos_uri: Option<String>,
    /// Where answers may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// Further origins whose scripts may call the token endpoint.
    pub allowed_origins: Vec<Origin>,
    /// Grants it may use.
    pub grant_types: Vec<GrantType>,
    /// How it authenticates; `none` where it is public.
    pub auth_method: ClientAuthMethod,
    /// What is stored of its secret.
    pub secret: Option<SecretHash>,
    /// Scopes it may ask for; every public scope of the server where `None`.
    pub scope: Option<Scope>,
    /// Scopes it gets when it asks for none; the server's default where `None`.
    pub default_scope: Option<Scope>,
    /// The company's own application, which never asks for consent.
    pub trusted: bool,
    /// What it is held to.
    pub rules: Rules,
    /// Counts its changes, so that two people who edit it at once do not overwrite each other.
    pub revision: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What is stored of a client secret.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretHash {
    /// SHA-256 of a generated secret: 256 random bits need no slow hash.
    Sha256([u8; 32]),
    /// Argon2id of a chosen one, in PHC format.
    Argon2id(String),
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl Client {
    /// Whether it can keep a secret (RFC 6749 section 2.1).
    pub fn client_type(&self) -> ClientType {
        match self.auth_method {
            ClientAuthMethod::None => ClientType::Public,
            _ => ClientType::Confidential,
        }
    }

    /// Whether it may use a grant.
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether scripts of an origin belong to it and may read answers (CORS).
    pub fn has_origin(&self, origin: &Origin) -> bool {
        self.allowed_origins.contains(origin)
            || self
                .redirect_uris
                .iter()
                .any(|uri| uri.is_of_origin(origin, &self.rules))
    }

    /// The client by the names of RFC 7591, without its secret.
    pub fn metadata(&self) -> ClientMetadata {
        let code = self.may_use(GrantType::AuthorizationCode);
        ClientMetadata {
            client_id: Some(self.id.clone()),
            client_secret: None,
            client_name: Some(self.name.clone()),
            client_uri: self.client_uri.clone(),
            policy_uri: self.policy_uri.clone(),
            tos_uri: self.tos_uri.clone(),
            redirect_uris: Some(self.redirect_uris.iter().map(ToString::to_string).collect()),
            allowed_origins: Some(self.allowed_origins.clone()),
            grant_types: Some(self.grant_types.clone()),
            response_types: Some(if code { vec![ResponseType::Code] } else { vec![] }),
            token_endpoint_auth_method: Some(self.auth_method),
            scope: self.scope.clone(),
            default_scope: self.default_scope.clone(),
            skip_authorization: Some(self.trusted),
            profile: Some(self.rules.profile()),
            relaxations: Some(self.rules.relaxations().collect()),
        }
    }
}
