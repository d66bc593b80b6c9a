//! The flags that describe an application for OpenID Connect (Dynamic Client Registration section 2, and the logout
//! specifications).

use std::path::PathBuf;

use clap::Args;
use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    AccessTokenFormat, ApplicationType, ClientMetadata, RequestObjectAlgorithm, ResponseType, SubjectType,
};
use serde_json::{Map, Value};

use super::metadata_flags::{list, words};
use crate::commands::error::CommandError;
use crate::commands::input;

/// The metadata of OpenID Connect. An empty text removes an optional value.
#[derive(Debug, Args)]
#[command(next_help_heading = "OpenID Connect")]
pub(super) struct OpenIdFlags {
    /// A response type it may use; may be repeated, and replaces those there were. Those with a token need
    /// openid.implicit_and_hybrid [JSON: response_types].
    #[arg(long, value_name = "TYPE", value_parser = words(ResponseType::ALL, ResponseType::as_str))]
    response_type: Vec<ResponseType>,
    /// The kind of device that it runs on [JSON: application_type].
    #[arg(long, value_name = "TYPE", value_parser = words(ApplicationType::ALL, ApplicationType::as_str))]
    application_type: Option<ApplicationType>,
    /// An address of those who answer for it; may be repeated, and replaces those there were [JSON: contacts].
    #[arg(long, value_name = "ADDRESS")]
    contact: Vec<String>,
    /// Its picture [JSON: logo_uri].
    #[arg(long, value_name = "URL")]
    logo_uri: Option<String>,
    /// A file with its public keys, a JWK Set, or `-` for standard input [JSON: jwks].
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// The address of its public keys [JSON: jwks_uri].
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    /// The algorithm of its assertions, if it uses only one [JSON: token_endpoint_auth_signing_alg].
    #[arg(long, value_name = "ALG", value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    auth_signing_alg: Option<SigningAlgorithm>,
    /// Whether it learns the same subject as other applications, or one of its own [JSON: subject_type].
    #[arg(long, value_name = "TYPE", value_parser = words(SubjectType::ALL, SubjectType::as_str))]
    subject_type: Option<SubjectType>,
    /// The document that lists the redirect URIs of its sector [JSON: sector_identifier_uri].
    #[arg(long, value_name = "URL")]
    sector_identifier_uri: Option<String>,
    /// How its id tokens are signed [JSON: id_token_signed_response_alg].
    #[arg(long, value_name = "ALG", value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    id_token_alg: Option<SigningAlgorithm>,
    /// How userinfo is signed for it; plain JSON without [JSON: userinfo_signed_response_alg].
    #[arg(long, value_name = "ALG", value_parser = words(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    userinfo_alg: Option<SigningAlgorithm>,
    /// The algorithm of its request objects, if it uses only one [JSON: request_object_signing_alg].
    #[arg(long, value_name = "ALG",
          value_parser = words(RequestObjectAlgorithm::ALL, RequestObjectAlgorithm::as_str))]
    request_object_alg: Option<RequestObjectAlgorithm>,
    /// An address of its request objects; may be repeated, and replaces those there were [JSON: request_uris].
    #[arg(long, value_name = "URL")]
    request_uri: Vec<String>,
    /// How many seconds ago people may have signed in if a request does not say [JSON: default_max_age].
    #[arg(long, value_name = "SECONDS")]
    default_max_age: Option<i64>,
    /// Whether its id tokens always say when the person signed in [JSON: require_auth_time].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    require_auth_time: Option<bool>,
    /// An authentication context that it asks for if a request does not; may be repeated, and replaces those there were
    /// [JSON: default_acr_values].
    #[arg(long, value_name = "ACR")]
    default_acr: Vec<String>,
    /// The address at which another site may start a sign-in [JSON: initiate_login_uri].
    #[arg(long, value_name = "URL")]
    initiate_login_uri: Option<String>,
    /// An address to which people may return after signing out; may be repeated, and replaces those there were
    /// [JSON: post_logout_redirect_uris].
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// The address that is told of a sign-out [JSON: backchannel_logout_uri].
    #[arg(long, value_name = "URL")]
    backchannel_logout_uri: Option<String>,
    /// A page of it that ends its session in the browser [JSON: frontchannel_logout_uri].
    #[arg(long, value_name = "URL")]
    frontchannel_logout_uri: Option<String>,
    /// Whether iss and sid are added to that [JSON: frontchannel_logout_session_required].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    frontchannel_logout_session: Option<bool>,
    /// Whether its id tokens hold the claims of its scopes, which belong into userinfo [JSON: claims_in_id_token].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    claims_in_id_token: Option<bool>,
    /// The format of its access tokens [JSON: access_token_format].
    #[arg(long, value_name = "FORMAT",
          value_parser = words(AccessTokenFormat::ALL, AccessTokenFormat::as_str))]
    access_token_format: Option<AccessTokenFormat>,
}

impl OpenIdFlags {
    /// The description with these flags over it.
    pub(super) fn over(self, json: ClientMetadata) -> Result<ClientMetadata, CommandError> {
        let jwks = self
            .jwks
            .as_deref()
            .map(input::json::<Map<String, Value>>)
            .transpose()?;
        Ok(ClientMetadata {
            response_types: list(self.response_type).or(json.response_types),
            application_type: self.application_type.or(json.application_type),
            contacts: list(self.contact).or(json.contacts),
            logo_uri: self.logo_uri.or(json.logo_uri),
            jwks: jwks.map(Value::Object).or(json.jwks),
            jwks_uri: self.jwks_uri.or(json.jwks_uri),
            token_endpoint_auth_signing_alg: self.auth_signing_alg.or(json.token_endpoint_auth_signing_alg),
            subject_type: self.subject_type.or(json.subject_type),
            sector_identifier_uri: self.sector_identifier_uri.or(json.sector_identifier_uri),
            id_token_signed_response_alg: self.id_token_alg.or(json.id_token_signed_response_alg),
            userinfo_signed_response_alg: self.userinfo_alg.or(json.userinfo_signed_response_alg),
            request_object_signing_alg: self.request_object_alg.or(json.request_object_signing_alg),
            request_uris: list(self.request_uri).or(json.request_uris),
            default_max_age: self.default_max_age.or(json.default_max_age),
            require_auth_time: self.require_auth_time.or(json.require_auth_time),
            default_acr_values: list(self.default_acr).or(json.default_acr_values),
            initiate_login_uri: self.initiate_login_uri.or(json.initiate_login_uri),
            post_logout_redirect_uris: list(self.post_logout_redirect_uri).or(json.post_logout_redirect_uris),
            backchannel_logout_uri: self.backchannel_logout_uri.or(json.backchannel_logout_uri),
            frontchannel_logout_uri: self.frontchannel_logout_uri.or(json.frontchannel_logout_uri),
            frontchannel_logout_session_required: self
                .frontchannel_logout_session
                .or(json.frontchannel_logout_session_required),
            claims_in_id_token: self.claims_in_id_token.or(json.claims_in_id_token),
            access_token_format: self.access_token_format.or(json.access_token_format),
            ..json
        })
    }
}
