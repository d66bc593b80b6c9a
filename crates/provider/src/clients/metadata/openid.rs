//! The metadata of OpenID Connect (Dynamic Client Registration section 2, and the logout specifications).

use pixie_oauth::{
    ApplicationType, ClientAuthMethod, ClientMetadata, GrantType, RedirectUri, Rules, SubjectType,
};

use super::addresses::{Reach, origin_of};
use super::response_types::response_types;
use super::{Checks, keys};
use crate::clients::OpenIdRegistration;
use crate::settings::Settings;
use crate::tokens::subject::host_of;

/// What was found of the client already.
pub(super) struct Known<'a> {
    pub(super) rules: &'a Rules,
    pub(super) grant_types: &'a [GrantType],
    pub(super) auth_method: ClientAuthMethod,
    pub(super) redirect_uris: &'a [RedirectUri],
}

/// What a client says of itself for OpenID Connect.
pub(super) fn check(
    metadata: &ClientMetadata,
    known: &Known<'_>,
    settings: &Settings,
    checks: &mut Checks,
) -> OpenIdRegistration {
    let rules = known.rules;
    application_type(metadata, known, checks);
    keys::auth_method(known.auth_method, rules, checks);
    keys::signed_responses(metadata, rules, settings, checks);
    keys::signed_requests(metadata, rules, checks);
    let keys = keys::keys(metadata, known.auth_method, checks);
    let sector = checks.endpoint(
        "sector_identifier_uri",
        metadata.sector_identifier_uri.as_ref(),
        Reach::Https,
    );
    if metadata.subject_type == Some(SubjectType::Pairwise) && sector.is_none() {
        one_sector(known.redirect_uris, checks);
    }
    if metadata.default_max_age.is_some_and(|age| age < 0) {
        checks.refuse("default_max_age", "a number of seconds, 0 or more");
    }
    OpenIdRegistration {
        response_types: response_types(metadata, known.grant_types, (rules, settings), checks),
        application_type: metadata.application_type,
        contacts: checks.words("contacts", metadata.contacts.as_ref()),
        logo_uri: checks.web_address("logo_uri", metadata.logo_uri.as_ref()),
        token_endpoint_auth_signing_alg: metadata.token_endpoint_auth_signing_alg,
        jwks: keys.jwks,
        jwks_uri: keys.jwks_uri,
        subject_type: metadata.subject_type,
        sector_identifier_uri: sector,
        id_token_signed_response_alg: metadata.id_token_signed_response_alg,
        userinfo_signed_response_alg: metadata.userinfo_signed_response_alg,
        request_object_signing_alg: metadata.request_object_signing_alg,
        request_uris: checks.request_uris(metadata.request_uris.as_ref()),
        default_max_age: metadata.default_max_age,
        require_auth_time: metadata.require_auth_time.unwrap_or(false),
        default_acr_values: checks.words("default_acr_values", metadata.default_acr_values.as_ref()),
        initiate_login_uri: checks.endpoint(
            "initiate_login_uri",
            metadata.initiate_login_uri.as_ref(),
            Reach::Https,
        ),
        post_logout_redirect_uris: checks.return_addresses(
            "post_logout_redirect_uris",
            metadata.post_logout_redirect_uris.as_ref(),
            rules,
        ),
        backchannel_logout_uri: checks.endpoint(
            "backchannel_logout_uri",
            metadata.backchannel_logout_uri.as_ref(),
            Reach::HttpsOrLoopback,
        ),
        backchannel_logout_session_required: metadata.backchannel_logout_session_required.unwrap_or(false),
        frontchannel_logout_uri: frontchannel_logout_uri(metadata, known, checks),
        frontchannel_logout_session_required: metadata.frontchannel_logout_session_required.unwrap_or(false),
        claims_in_id_token: metadata.claims_in_id_token.unwrap_or(false),
        access_token_format: metadata.access_token_format,
    }
}

/// Tokens in the address of a page on this device could be read by whatever else listens here, so that the clients of a
/// server must not ask for them there (Dynamic Client Registration section 2, `application_type`).
fn application_type(metadata: &ClientMetadata, known: &Known<'_>, checks: &mut Checks) {
    let implicit = known.grant_types.contains(&GrantType::Implicit);
    if metadata.application_type != Some(ApplicationType::Web) || !implicit {
        return;
    }
    let on_device = known.redirect_uris.iter().find(|uri| {
        let https = uri.as_str().starts_with("https://");
        !https || uri.is_on_device()
    });
    if let Some(uri) = on_device {
        checks.refuse(
            "redirect_uris",
            format!("{uri}: a web application that gets tokens through the browser has https redirect URIs that are not on this device"),
        );
    }
}

/// Pairwise subjects are made for a sector, so that there must be one (OpenID Connect Core section 8.1).
fn one_sector(redirect_uris: &[RedirectUri], checks: &mut Checks) {
    let mut hosts: Vec<_> = redirect_uris.iter().map(|uri| host_of(uri.as_str())).collect();
    hosts.sort_unstable();
    hosts.dedup();
    if hosts.len() > 1 {
        checks.refuse(
            "sector_identifier_uri",
            "pairwise subjects need a sector_identifier_uri where the redirect URIs have several hosts",
        );
    }
}

/// Browsers give the page its cookies only on a site of the client (Front-Channel Logout section 2).
fn frontchannel_logout_uri(
    metadata: &ClientMetadata,
    known: &Known<'_>,
    checks: &mut Checks,
) -> Option<String> {
    let field = "frontchannel_logout_uri";
    let before = checks.errors.len();
    let uri = checks.endpoint(
        field,
        metadata.frontchannel_logout_uri.as_ref(),
        Reach::HttpsOrLoopback,
    )?;
    let own = origin_of(&uri).is_some_and(|origin| {
        let mut redirect_uris = known.redirect_uris.iter();
        redirect_uris.any(|redirect_uri| redirect_uri.is_of_origin(&origin, known.rules))
    });
    if !own && checks.errors.len() == before {
        checks.refuse(field, "its scheme, host and port must be those of a redirect URI");
    }
    Some(uri)
}
