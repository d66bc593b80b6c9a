//! Client metadata by its names in RFC 7591 section 2, with Pixie's own additions.

use serde::{Deserialize, Serialize};

use crate::jose::SigningAlgorithm;
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

crate::words! {
    /// Where a client runs (OpenID Connect Dynamic Client Registration section 2).
    ApplicationType, "unknown application type" {
        /// On a server or in a browser.
        Web = "web",
        /// On the person's device.
        Native = "native",
    }
}

crate::words! {
    /// Which subject a client learns (OpenID Connect Core section 8).
    SubjectType, "unknown subject type" {
        /// The same for every client.
        Public = "public",
        /// Another one for each sector, so that applications cannot put their knowledge of a person together.
        Pairwise = "pairwise",
    }
}

crate::words! {
    /// What access tokens look like.
    AccessTokenFormat, "unknown access token format" {
        /// Random; the server knows what it is good for (RFC 7662).
        Opaque = "opaque",
        /// Signed claims that an API reads by itself (RFC 9068).
        Jwt = "jwt",
    }
}

crate::words! {
    /// How a client's request objects are signed (RFC 9101, OpenID Connect Core section 6.1).
    RequestObjectAlgorithm, "unknown request object algorithm" {
        /// Not at all.
        Unsigned = "none",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA with P-256 and SHA-256.
        Es256 = "ES256",
        /// ECDSA with P-384 and SHA-384.
        Es384 = "ES384",
        /// Ed25519.
        EdDsa = "EdDSA",
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
    /// The algorithm of its assertions, where it uses only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
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
    /// Where it runs; `web` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// Addresses of those who answer for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<String>>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Its public keys, a JWK Set (RFC 7517 section 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Where its public keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Which subject it learns; `public` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// A document that lists the redirect URIs of its sector (OpenID Connect Core section 8.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// How its id tokens are signed; `RS256` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// How userinfo is signed for it; not at all when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// The algorithm of its request objects, where it uses only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<RequestObjectAlgorithm>,
    /// Where its request objects may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uris: Option<Vec<String>>,
    /// How long ago, in seconds, a person may have signed in where a request does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<i64>,
    /// Whether its id tokens always say when the person signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_auth_time: Option<bool>,
    /// Authentication contexts that it asks for where a request does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_acr_values: Option<Vec<String>>,
    /// Where another site may start a sign-in (OpenID Connect Core section 4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Where people may return to after signing out (OpenID Connect RP-Initiated Logout section 3.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Where it is told of a sign-out (OpenID Connect Back-Channel Logout section 2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether that names the session; it always does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// A page of it that ends its session in this browser (OpenID Connect Front-Channel Logout section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether `iss` and `sid` are added to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_session_required: Option<bool>,
    /// Whether its id tokens hold the claims of its scopes too, which belong into userinfo; `false` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims_in_id_token: Option<bool>,
    /// What its access tokens look like; as the resource or the server says when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_format: Option<AccessTokenFormat>,
}

impl ClientMetadata {
    /// The names of the fields, in their order.
    pub const NAMES: &'static [&'static str] = &[
        "client_id",
        "client_secret",
        "client_name",
        "client_uri",
        "policy_uri",
        "tos_uri",
        "redirect_uris",
        "allowed_origins",
        "grant_types",
        "response_types",
        "token_endpoint_auth_method",
        "token_endpoint_auth_signing_alg",
        "scope",
        "default_scope",
        "skip_authorization",
        "profile",
        "relaxations",
        "application_type",
        "contacts",
        "logo_uri",
        "jwks",
        "jwks_uri",
        "subject_type",
        "sector_identifier_uri",
        "id_token_signed_response_alg",
        "userinfo_signed_response_alg",
        "request_object_signing_alg",
        "request_uris",
        "default_max_age",
        "require_auth_time",
        "default_acr_values",
        "initiate_login_uri",
        "post_logout_redirect_uris",
        "backchannel_logout_uri",
        "backchannel_logout_session_required",
        "frontchannel_logout_uri",
        "frontchannel_logout_session_required",
        "claims_in_id_token",
        "access_token_format",
    ];
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
    fn the_list_of_names_is_whole() {
        let error = serde_json::from_str::<ClientMetadata>(r#"{"no such field": 0}"#).unwrap_err();
        let error = error.to_string();
        let (_, known) = error.split_once("expected one of ").unwrap();
        let (known, _) = known.split_once(" at line").unwrap();
        let known: Vec<_> = known.split(", ").map(|name| name.trim_matches('`')).collect();
        assert_eq!(known, ClientMetadata::NAMES);
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
