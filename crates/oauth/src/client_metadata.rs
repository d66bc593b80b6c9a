//! Client metadata by its names in RFC 7591 section 2, with Pixie's own additions.

use serde::{Deserialize, Serialize};

use crate::jose::SigningAlgorithm;
use crate::{ClientAuthMethod, ClientId, GrantType, Origin, Profile, Relaxation, ResponseType, Scope};

crate::words! {
    /// The ability of a client to keep a secret (RFC 6749 section 2.1).
    ClientType, "unknown client type" {
        /// The client cannot keep a secret: a browser, mobile or command-line application.
        Public = "public",
        /// The client can keep a secret: a program on a server.
        Confidential = "confidential",
    }
}

crate::words! {
    /// The kind of application (OpenID Connect Dynamic Client Registration section 2).
    ApplicationType, "unknown application type" {
        /// The client runs on a server or in a browser.
        Web = "web",
        /// The client runs on the user's device.
        Native = "native",
    }
}

crate::words! {
    /// The type of the subject identifier that a client receives (OpenID Connect Core section 8).
    SubjectType, "unknown subject type" {
        /// The same identifier for every client.
        Public = "public",
        /// A different one for each sector, so that applications cannot combine what they know about a user.
        Pairwise = "pairwise",
    }
}

crate::words! {
    /// The format of access tokens.
    AccessTokenFormat, "unknown access token format" {
        /// A random string; the server has its scope and expiry (RFC 7662).
        Opaque = "opaque",
        /// Signed claims that an API reads by itself (RFC 9068).
        Jwt = "jwt",
    }
}

crate::words! {
    /// The signature algorithm of a client's request objects (RFC 9101, OpenID Connect Core section 6.1).
    RequestObjectAlgorithm, "unknown request object algorithm" {
        /// The request object is not signed.
        Unsigned = "none",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA with P-256 and SHA-256.
        Es256 = "ES256",
        /// ECDSA with P-384 and SHA-384.
        Es384 = "ES384",
        /// EdDSA with Ed25519 (RFC 8037 section 3.1).
        EdDsa = "EdDSA",
    }
}

/// The metadata that a registration or a change sends. Every field may be left out; its doc comment names the default.
/// Unknown fields are refused, so that a misspelt field does not become a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientMetadata {
    /// The identifier; generated when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// A chosen secret; generated for confidential clients if left out. It is never written out again.
    #[serde(skip_serializing)]
    pub client_secret: Option<String>,
    /// The name shown to users; the identifier if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// The application's home page, shown when it asks for consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// The URL of the privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// The URL of the terms of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// The redirect URIs; none if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    /// Origins beside those of the redirect URIs whose scripts may call the token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<Origin>>,
    /// Grants that the client may use; `authorization_code` and `refresh_token` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<GrantType>>,
    /// Response types that the client may use; `code` when it has `authorization_code`. Accepted, and checked against the
    /// grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<ResponseType>>,
    /// The authentication method; `none` makes the client public. If left out: `client_secret_basic` if only client
    /// credentials are granted or a secret is given, otherwise `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<ClientAuthMethod>,
    /// The algorithm of the client's assertions, if it uses only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// Scopes that the client may request; every public scope of the server when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Scopes that the client gets if it requests none; the server's default when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_scope: Option<Scope>,
    /// `true` if users are not asked for consent, as for the operator's own applications; `false` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_authorization: Option<bool>,
    /// The profile whose rules the client must follow; `oauth21` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Exceptions from the profile. If left out: none; for `legacy`, all except `optional_pkce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relaxations: Option<Vec<Relaxation>>,
    /// The kind of application; `web` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// E-mail addresses of the people responsible for the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<String>>,
    /// The URL of the logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// The client's public keys, a JWK Set (RFC 7517 section 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// The URL of the client's public keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The type of the subject identifier; `public` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// A document that lists the redirect URIs of its sector (OpenID Connect Core section 8.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// The algorithm that signs the client's ID tokens; `RS256` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// The algorithm that signs userinfo responses; if left out, they are not signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// The algorithm of the client's request objects, if it uses only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<RequestObjectAlgorithm>,
    /// The URLs from which the client's request objects may be fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uris: Option<Vec<String>>,
    /// The maximum age of a sign-in in seconds, if a request has no `max_age`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<i64>,
    /// `true` if ID tokens always have `auth_time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_auth_time: Option<bool>,
    /// The requested authentication contexts, if a request has no `acr_values`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_acr_values: Option<Vec<String>>,
    /// The URL to which another site may send the browser to start a sign-in (OpenID Connect Core section 4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// The URLs to which the browser may return after a logout (OpenID Connect RP-Initiated Logout section 3.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// The URL that receives logout tokens (OpenID Connect Back-Channel Logout section 2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// `true` if the logout token must have `sid`. Pixie always includes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// A page of it that ends its session in this browser (OpenID Connect Front-Channel Logout section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// `true` if `iss` and `sid` are added to `frontchannel_logout_uri`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_session_required: Option<bool>,
    /// `true` if ID tokens also have the claims of the scopes, which belong in userinfo; `false` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims_in_id_token: Option<bool>,
    /// The format of the client's access tokens; if left out, the format of the resource or the server's default.
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
