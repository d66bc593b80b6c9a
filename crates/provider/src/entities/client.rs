//! A registered client (RFC 6749 section 2).

use pixie_oauth::{
    ClientAuthMethod, ClientId, ClientMetadata, ClientType, Field, GrantType, Origin, Profile, RedirectUri,
    ResponseType, Rules, TokenHash, kinds,
};

use super::registered::{Registered, whole_seconds};
use crate::clock::Timestamp;
use crate::ids::{AccountId, ClientKey};

macro_rules! define_client {
    ($(
        $(#[doc = $meaning:literal])+
        $(#[serde($serde:ident)])?
        $name:ident: $given:ty $(=> $registered:ty, $check:ident)?;
        $set_by:ident $part:ident $label:literal
        $(, flag $flag:literal $value:literal)?
        $(, hint $hint:literal)?;
    )+) => {
        /// A client as it is registered: the fields that the server knows by itself, those that other checks depend on,
        /// and those of the table of client metadata (`pixie_oauth::ClientMetadata::FIELDS`). All were checked when the
        /// client was registered or changed.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Client {
            /// Key of its row.
            pub key: ClientKey,
            /// The client's identifier (`client_id`).
            pub id: ClientId,
            /// The person who registered it in the pages; none if the command line or a file did.
            pub owner: Option<AccountId>,
            /// The client secret as it is stored.
            pub secret: Option<StoredSecret>,
            /// Set if the client registered itself (RFC 7591).
            pub dynamic: Option<DynamicRegistration>,
            /// Counts its changes, so that two people who edit it at once do not overwrite each other.
            pub revision: i64,
            /// The time of the registration.
            pub created_at: Timestamp,
            /// The time of the last change.
            pub updated_at: Timestamp,
            /// The name for people (`client_name`).
            pub name: String,
            /// The URIs to which authorization responses may go.
            pub redirect_uris: Vec<RedirectUri>,
            /// The grants that it may use.
            pub grant_types: Vec<GrantType>,
            /// How it authenticates (`token_endpoint_auth_method`); `none` if it is public.
            pub auth_method: ClientAuthMethod,
            /// The company's own application, which never asks for consent (`skip_authorization`).
            pub trusted: bool,
            /// The rules that it is held to (`profile` and `relaxations`).
            pub rules: Rules,
            $($(
                #[doc = concat!("The field `", stringify!($name), "` of its metadata.")]
                pub $name: $registered,
            )?)+
        }

        impl Client {
            /// A client without metadata: it may do nothing.
            pub fn new(key: ClientKey, id: ClientId, now: Timestamp) -> Self {
                Self {
                    key,
                    name: id.to_string(),
                    id,
                    owner: None,
                    secret: None,
                    dynamic: None,
                    revision: 1,
                    created_at: now,
                    updated_at: now,
                    redirect_uris: Vec::new(),
                    grant_types: Vec::new(),
                    auth_method: ClientAuthMethod::None,
                    trusted: false,
                    rules: Rules::new(Profile::Oauth21, []),
                    $($($name: <$registered>::default(),)?)+
                }
            }

            /// The metadata that is stored: everything but the identifier and the secret.
            pub fn to_stored(&self) -> ClientMetadata {
                ClientMetadata {
                    client_name: Some(self.name.clone()),
                    redirect_uris: Some(self.redirect_uris.iter().map(ToString::to_string).collect()),
                    grant_types: Some(self.grant_types.clone()),
                    token_endpoint_auth_method: Some(self.auth_method),
                    skip_authorization: Some(self.trusted),
                    profile: Some(self.rules.profile()),
                    relaxations: Some(self.rules.relaxations().collect()),
                    $($($name: <$registered as Registered>::given(&self.$name),)?)+
                    ..ClientMetadata::default()
                }
            }

            /// The client with metadata that [`Client::to_stored`] gave.
            ///
            /// # Errors
            /// A sentence, if the metadata is damaged.
            pub fn with_stored(self, metadata: ClientMetadata) -> Result<Self, String> {
                let profile = metadata.profile.unwrap_or(Profile::Oauth21);
                Ok(Self {
                    name: metadata.client_name.unwrap_or(self.name),
                    redirect_uris: Registered::stored(metadata.redirect_uris)?,
                    grant_types: metadata.grant_types.unwrap_or_default(),
                    auth_method: metadata.token_endpoint_auth_method.ok_or("no authentication method")?,
                    trusted: metadata.skip_authorization.unwrap_or(false),
                    rules: Rules::new(profile, metadata.relaxations.unwrap_or_default()),
                    $($($name: <$registered as Registered>::stored(metadata.$name)?,)?)+
                    ..self
                })
            }
        }
    };
}

pixie_oauth::client_metadata_table!(define_client);

/// How a client that registered itself is managed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DynamicRegistration {
    /// The hash of its registration access token (RFC 7592); none if several registered the identical client, so that
    /// none of them can change it for the others.
    pub token: Option<TokenHash<kinds::Registration>>,
    /// A hash of its metadata, by which the identical client is known; only public clients have one.
    pub identity: Option<[u8; 32]>,
}

/// A client secret as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredSecret {
    /// SHA-256 of a generated secret: 256 random bits need no slow hash.
    Sha256([u8; 32]),
    /// Argon2id of a chosen one, in PHC format.
    Argon2id(String),
    /// The secret of a client that signs with it (`client_secret_jwt`), sealed with a key of this server.
    Sealed(Vec<u8>),
}

impl std::fmt::Debug for StoredSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl Client {
    /// The client type: confidential if the client can keep a secret (RFC 6749 section 2.1).
    pub fn client_type(&self) -> ClientType {
        match self.auth_method {
            ClientAuthMethod::None => ClientType::Public,
            _ => ClientType::Confidential,
        }
    }

    /// The longest time, in seconds, for which a token is valid that was signed for the client; `None` if the server decides.
    pub fn signed_token_lifetime(&self) -> Option<i64> {
        let own = self.access_token_lifetime.max(self.id_token_lifetime);
        own.map(whole_seconds)
    }

    /// Returns `true` if the client may use a response type.
    pub fn may_ask_for(&self, response_type: ResponseType) -> bool {
        if self.response_types.is_empty() {
            response_type == ResponseType::Code && self.may_use(GrantType::AuthorizationCode)
        } else {
            self.response_types.contains(&response_type)
        }
    }

    /// Returns `true` if the client may use a grant.
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Returns `true` if scripts of an origin belong to the client and may read answers (CORS).
    pub fn has_origin(&self, origin: &Origin) -> bool {
        self.allowed_origins.contains(origin)
            || self
                .redirect_uris
                .iter()
                .any(|uri| uri.is_of_origin(origin, &self.rules))
    }

    /// The fields of the metadata that are not left to their defaults, with their values as lines of text for people.
    pub fn described(&self) -> Vec<(&'static Field, Vec<String>)> {
        let stored = serde_json::to_value(self.to_stored()).unwrap_or_default();
        let fields = ClientMetadata::FIELDS.iter();
        let described = fields.filter_map(|field| Some((field, field.lines(stored.get(field.name)?))));
        described.filter(|(_, lines)| !lines.is_empty()).collect()
    }

    /// The metadata by the names of RFC 7591, without the secret. It has the lists of origins, grants, response types and
    /// redirect URIs even if they are empty.
    pub fn metadata(&self) -> ClientMetadata {
        let response_types = ResponseType::ALL.iter().copied();
        ClientMetadata {
            client_id: Some(self.id.clone()),
            allowed_origins: Some(self.allowed_origins.clone()),
            response_types: Some(response_types.filter(|one| self.may_ask_for(*one)).collect()),
            ..self.to_stored()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, client};

    #[test]
    fn what_is_stored_is_the_client_again() {
        let metadata = serde_json::json!({
            "client_name": "Example", "redirect_uris": ["https://a.example/cb"],
            "grant_types": ["authorization_code"], "token_endpoint_auth_method": "private_key_jwt",
            "skip_authorization": true, "profile": "oidc", "relaxations": [],
            "logo_uri": "https://a.example/logo", "request_uris": ["https://a.example/r#1"],
            "jwks": { "keys": [{ "kty": "oct" }], "other": 1 }, "default_max_age": 60, "require_auth_time": true,
            "post_logout_redirect_uris": ["com.example.app:/out"], "subject_type": "pairwise",
            "contacts": ["a@a.example"], "scope": "read",
        });
        let given: ClientMetadata = serde_json::from_value(metadata).unwrap();
        let stored = client().with_stored(given.clone()).unwrap();
        assert_eq!(stored.to_stored(), given);
        let plain = Client::new(client().key, client().id, NOW);
        let again = plain.clone().with_stored(plain.to_stored());
        assert_eq!(again.as_ref(), Ok(&plain));
    }

    #[test]
    fn damaged_metadata_is_not_taken_for_a_client() {
        for damaged in [
            serde_json::json!({}),
            serde_json::json!({ "token_endpoint_auth_method": "none", "logo_uri": "javascript:x" }),
            serde_json::json!({ "token_endpoint_auth_method": "none", "default_max_age": -1 }),
            serde_json::json!({ "token_endpoint_auth_method": "none", "jwks": 1 }),
        ] {
            let metadata = serde_json::from_value(damaged.clone()).unwrap();
            assert!(client().with_stored(metadata).is_err(), "{damaged}");
        }
    }
}
