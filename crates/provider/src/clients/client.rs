//! A registered client (RFC 6749 section 2).

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    AccessTokenFormat, ApplicationType, ClientAuthMethod, ClientId, ClientMetadata, ClientType, GrantType,
    Origin, Profile, RedirectUri, RequestObjectAlgorithm, ResponseType, Rules, Scope, SubjectType, TokenHash,
    kinds,
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
    /// What it said of itself beyond OAuth, for OpenID Connect.
    pub openid: OpenIdRegistration,
    /// Set where the client registered itself (RFC 7591).
    pub dynamic: Option<DynamicRegistration>,
    /// Counts its changes, so that two people who edit it at once do not overwrite each other.
    pub revision: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a client said of itself for OpenID Connect (Dynamic Client Registration section 2, and the logout specifications),
/// checked when it was registered or changed. Kept as JSON; a field that is missing there has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct OpenIdRegistration {
    /// Response types it may use; only `code` where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_types: Vec<ResponseType>,
    /// Where it runs; `web` where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// Addresses of those who answer for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// The algorithm of its assertions, where it uses only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// Its public keys, a JWK Set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Where its public keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Which subject it learns; `public` where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// The document that lists the redirect URIs of its sector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// How its id tokens are signed; the server's default where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// How userinfo is signed for it; plain JSON where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// The algorithm of its request objects, where it uses only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<RequestObjectAlgorithm>,
    /// Where its request objects may be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    /// How long ago, in seconds, a person may have signed in where a request does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<i64>,
    /// Whether its id tokens always say when the person signed in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_auth_time: bool,
    /// Authentication contexts that it asks for where a request does not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Where another site may start a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Where people may return to after signing out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told of a sign-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it asked for the session's name in that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_session_required: bool,
    /// A page of it that ends its session in this browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether `iss` and `sid` are added to that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frontchannel_logout_session_required: bool,
    /// Whether its id tokens hold the claims of its scopes too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub claims_in_id_token: bool,
    /// What its access tokens look like; as the resource or the server says where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_format: Option<AccessTokenFormat>,
}

/// How a client that registered itself is managed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DynamicRegistration {
    /// The hash of its registration access token (RFC 7592); none where several registered the identical client, so that
    /// none of them can change it for the others.
    pub token: Option<TokenHash<kinds::Registration>>,
    /// A hash of its metadata, by which the identical client is known; only public clients have one.
    pub identity: Option<[u8; 32]>,
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
    /// A client of which nothing is said yet: it may do nothing.
    pub(crate) fn unsaid(key: ClientKey, id: ClientId, now: Timestamp) -> Self {
        Self {
            key,
            name: id.to_string(),
            id,
            owner: None,
            client_uri: None,
            policy_uri: None,
            tos_uri: None,
            redirect_uris: Vec::new(),
            allowed_origins: Vec::new(),
            grant_types: Vec::new(),
            auth_method: ClientAuthMethod::None,
            secret: None,
            scope: None,
            default_scope: None,
            trusted: false,
            rules: Rules::new(Profile::Oauth21, []),
            openid: OpenIdRegistration::default(),
            dynamic: None,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it can keep a secret (RFC 6749 section 2.1).
    pub fn client_type(&self) -> ClientType {
        match self.auth_method {
            ClientAuthMethod::None => ClientType::Public,
            _ => ClientType::Confidential,
        }
    }

    /// Whether it may use a response type.
    pub fn may_ask_for(&self, response_type: ResponseType) -> bool {
        if self.openid.response_types.is_empty() {
            response_type == ResponseType::Code && self.may_use(GrantType::AuthorizationCode)
        } else {
            self.openid.response_types.contains(&response_type)
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
        let openid = &self.openid;
        let some = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
        let yes = |flag: bool| flag.then_some(true);
        let offered = ResponseType::ALL.iter().copied();
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
            response_types: Some(offered.filter(|one| self.may_ask_for(*one)).collect()),
            token_endpoint_auth_method: Some(self.auth_method),
            scope: self.scope.clone(),
            default_scope: self.default_scope.clone(),
            skip_authorization: Some(self.trusted),
            profile: Some(self.rules.profile()),
            relaxations: Some(self.rules.relaxations().collect()),
            token_endpoint_auth_signing_alg: openid.token_endpoint_auth_signing_alg,
            application_type: openid.application_type,
            contacts: some(&openid.contacts),
            logo_uri: openid.logo_uri.clone(),
            jwks: openid.jwks.clone(),
            jwks_uri: openid.jwks_uri.clone(),
            subject_type: openid.subject_type,
            sector_identifier_uri: openid.sector_identifier_uri.clone(),
            id_token_signed_response_alg: openid.id_token_signed_response_alg,
            userinfo_signed_response_alg: openid.userinfo_signed_response_alg,
            request_object_signing_alg: openid.request_object_signing_alg,
            request_uris: some(&openid.request_uris),
            default_max_age: openid.default_max_age,
            require_auth_time: yes(openid.require_auth_time),
            default_acr_values: some(&openid.default_acr_values),
            initiate_login_uri: openid.initiate_login_uri.clone(),
            post_logout_redirect_uris: some(&openid.post_logout_redirect_uris),
            backchannel_logout_uri: openid.backchannel_logout_uri.clone(),
            backchannel_logout_session_required: yes(openid.backchannel_logout_session_required),
            frontchannel_logout_uri: openid.frontchannel_logout_uri.clone(),
            frontchannel_logout_session_required: yes(openid.frontchannel_logout_session_required),
            claims_in_id_token: yes(openid.claims_in_id_token),
            access_token_format: openid.access_token_format,
        }
    }
}
