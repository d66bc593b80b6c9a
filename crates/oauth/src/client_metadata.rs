//! Client metadata by its names in RFC 7591 section 2, with Pixie's own additions.

use serde::{Deserialize, Serialize};

use crate::{ClientAuthMethod, ClientId, GrantType, Origin, Profile, Relaxation, ResponseType, Scope};

crate::words! {
    /// Whether a client can keep a secret (RFC 6749 section 2.1).
    ClientType, "unknown client type" {
        /// It cannot: a browser, mobile or command-line application.
        Public = "public",
        /// It can: a program on a server.
        Confidential = "confidential",
    }
}

/// What is said of a client when it is registered or changed. Every field may be left out; what that means is said at
/// each. Unknown fields are refused, so that a typing error is not taken for a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientMetadata {
    /// The identifier; generated when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// A secret that somebody chose; generated for confidential clients when left out. Never written out again.
    #[serde(skip_serializing)]
    pub client_secret: Option<String>,
    /// The name people read; the identifier when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// The application's home page, shown when it asks for consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Where answers may go; none when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    /// Origins beside those of the redirect URIs whose scripts may call the token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<Origin>>,
    /// Grants it may use; `authorization_code` and `refresh_token` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<GrantType>>,
    /// Response types it may use; `code` when it has `authorization_code`. Accepted, and checked against the grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<ResponseType>>,
    /// How it authenticates; `none` makes it public. When left out: `client_secret_basic` if only client credentials are
    /// granted or a secret is given, else `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<ClientAuthMethod>,
    /// Scopes it may ask for; every public scope of the server when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Scopes it gets when it asks for none; the server's default when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_scope: Option<Scope>,
    /// The company's own application, which never asks for consent; `false` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_authorization: Option<bool>,
    /// What it is held to; `oauth21` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Exceptions of the profile. When left out: none, and for `legacy` all but `optional_pkce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relaxations: Option<Vec<Relaxation>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_not_taken_for_a_default() {
        let error = serde_json::from_str::<ClientMetadata>(r#"{"redirect_uri": []}"#).unwrap_err();
        assert!(
            error.to_string().starts_with("unknown field `redirect_uri`"),
            "{error}"
        );
    }

    #[test]
    fn a_secret_is_never_written_out() {
        let metadata = ClientMetadata {
            client_secret: Some("hunter2".into()),
            ..ClientMetadata::default()
        };
        assert_eq!(serde_json::to_string(&metadata).unwrap(), "{}");
    }
}
