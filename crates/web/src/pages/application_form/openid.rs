//! The part of the application form that is about OpenID Connect: its fields as client metadata, and back.

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    AccessTokenFormat, ClientAuthMethod, ClientMetadata, GrantType, Params, ResponseType, SubjectType,
};
use pixie_provider::{Client, Settings};
use serde_json::Value;

use super::fields::{Reading, several};
use super::openid_fields as choices;
use super::openid_fields::OpenIdFields;

/// The part for a new application.
pub(crate) fn empty(settings: &Settings) -> OpenIdFields {
    OpenIdFields::empty(
        &settings.response_types,
        &settings.signing_algorithms,
        settings.default_signing_algorithm(),
    )
}

/// The part for a registered application.
pub(crate) fn filled(settings: &Settings, client: &Client) -> OpenIdFields {
    let openid = &client.openid;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let keys = openid.jwks.as_ref().map(|keys| format!("{keys:#}"));
    let fields = OpenIdFields {
        open: false,
        auth_methods: choices::auth_methods(client.auth_method == ClientAuthMethod::PrivateKeyJwt),
        jwks: keys.unwrap_or_default(),
        jwks_uri: text(&openid.jwks_uri),
        response_types: choices::response_types(&settings.response_types, &openid.response_types),
        id_token_algs: choices::id_token_algs(
            &settings.signing_algorithms,
            settings.default_signing_algorithm(),
            openid.id_token_signed_response_alg,
        ),
        subject_types: choices::subject_types(openid.subject_type),
        sector_identifier_uri: text(&openid.sector_identifier_uri),
        access_token_formats: choices::access_token_formats(openid.access_token_format),
        logo_uri: text(&openid.logo_uri),
        post_logout_redirect_uris: openid.post_logout_redirect_uris.join("\n"),
        backchannel_logout_uri: text(&openid.backchannel_logout_uri),
        frontchannel_logout_uri: text(&openid.frontchannel_logout_uri),
    };
    OpenIdFields {
        open: *openid != pixie_provider::OpenIdRegistration::default()
            || client.auth_method == ClientAuthMethod::PrivateKeyJwt,
        ..fields
    }
}

/// The part as it was sent.
pub(crate) fn refused(settings: &Settings, form: &Params, open: bool) -> OpenIdFields {
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let algorithm = SigningAlgorithm::parse(&text("id_token_alg")).ok();
    OpenIdFields {
        open,
        auth_methods: choices::auth_methods(text("auth_method") == "private_key_jwt"),
        jwks: text("jwks"),
        jwks_uri: text("jwks_uri"),
        response_types: choices::response_types(&settings.response_types, &ticked(form)),
        id_token_algs: choices::id_token_algs(
            &settings.signing_algorithms,
            settings.default_signing_algorithm(),
            algorithm,
        ),
        subject_types: choices::subject_types(SubjectType::parse(&text("subject_type")).ok()),
        sector_identifier_uri: text("sector_identifier_uri"),
        access_token_formats: choices::access_token_formats(
            AccessTokenFormat::parse(&text("access_token_format")).ok(),
        ),
        logo_uri: text("logo_uri"),
        post_logout_redirect_uris: text("post_logout_redirect_uris"),
        backchannel_logout_uri: text("backchannel_logout_uri"),
        frontchannel_logout_uri: text("frontchannel_logout_uri"),
    }
}

/// The metadata with every field of this part in it, so that an emptied field becomes empty.
pub(crate) fn over(metadata: ClientMetadata, reading: &mut Reading<'_>) -> ClientMetadata {
    let text = |reading: &Reading<'_>, name: &str| Some(reading.text(name).trim().to_owned());
    let front_channel = ticked(reading.form);
    let mut grants = metadata.grant_types.clone().unwrap_or_default();
    let mut response_types = front_channel.clone();
    if !front_channel.is_empty() {
        grants.push(GrantType::Implicit);
    }
    if grants.contains(&GrantType::AuthorizationCode) {
        response_types.push(ResponseType::Code);
    }
    ClientMetadata {
        grant_types: Some(grants),
        response_types: Some(response_types),
        jwks: Some(jwks(reading)),
        jwks_uri: text(reading, "jwks_uri"),
        id_token_signed_response_alg: word(reading, "id_token_alg", SigningAlgorithm::parse),
        subject_type: word(reading, "subject_type", SubjectType::parse),
        sector_identifier_uri: text(reading, "sector_identifier_uri"),
        access_token_format: word(reading, "access_token_format", AccessTokenFormat::parse),
        logo_uri: text(reading, "logo_uri"),
        post_logout_redirect_uris: Some(reading.lines("post_logout_redirect_uris")),
        backchannel_logout_uri: text(reading, "backchannel_logout_uri"),
        frontchannel_logout_uri: text(reading, "frontchannel_logout_uri"),
        ..metadata
    }
}

/// The authentication method of a confidential client. A client with `client_secret_post` keeps that method.
pub(crate) fn auth_method(reading: &Reading<'_>, before: Option<ClientAuthMethod>) -> ClientAuthMethod {
    let by_keys = reading.text("auth_method") == "private_key_jwt";
    match before {
        _ if by_keys => ClientAuthMethod::PrivateKeyJwt,
        Some(ClientAuthMethod::ClientSecretPost) => ClientAuthMethod::ClientSecretPost,
        _ => ClientAuthMethod::ClientSecretBasic,
    }
}

fn ticked(form: &Params) -> Vec<ResponseType> {
    several(form, "response_types")
        .iter()
        .filter_map(|value| ResponseType::parse(&value.replace('-', " ")).ok())
        .filter(|one| one.is_front_channel())
        .collect()
}

fn jwks(reading: &mut Reading<'_>) -> Value {
    let pasted = reading.text("jwks").trim();
    if pasted.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(pasted).unwrap_or_else(|_| {
        reading.refuse(
            "jwks",
            "this must be a JWK Set: JSON with an array keys".to_owned(),
        );
        Value::Null
    })
}

/// One value of a list. If the field is empty, the server decides.
fn word<T>(
    reading: &mut Reading<'_>,
    field: &'static str,
    parse: fn(&str) -> Result<T, String>,
) -> Option<T> {
    match reading.text(field) {
        "" => None,
        text => parse(text).map_err(|error| reading.refuse(field, error)).ok(),
    }
}
