//! The metadata of OpenID Connect (Dynamic Client Registration section 2).

use pixie_oauth::ClientMetadata;

use crate::client::OpenIdRegistration;

/// What a client says of itself for OpenID Connect.
pub(super) fn check(metadata: &ClientMetadata) -> OpenIdRegistration {
    let metadata = metadata.clone();
    OpenIdRegistration {
        response_types: metadata.response_types.unwrap_or_default(),
        application_type: metadata.application_type,
        contacts: metadata.contacts.unwrap_or_default(),
        logo_uri: metadata.logo_uri,
        token_endpoint_auth_signing_alg: metadata.token_endpoint_auth_signing_alg,
        jwks: metadata.jwks,
        jwks_uri: metadata.jwks_uri,
        subject_type: metadata.subject_type,
        sector_identifier_uri: metadata.sector_identifier_uri,
        id_token_signed_response_alg: metadata.id_token_signed_response_alg,
        userinfo_signed_response_alg: metadata.userinfo_signed_response_alg,
        request_object_signing_alg: metadata.request_object_signing_alg,
        request_uris: metadata.request_uris.unwrap_or_default(),
        default_max_age: metadata.default_max_age,
        require_auth_time: metadata.require_auth_time.unwrap_or(false),
        default_acr_values: metadata.default_acr_values.unwrap_or_default(),
        initiate_login_uri: metadata.initiate_login_uri,
        post_logout_redirect_uris: metadata.post_logout_redirect_uris.unwrap_or_default(),
        backchannel_logout_uri: metadata.backchannel_logout_uri,
        backchannel_logout_session_required: metadata.backchannel_logout_session_required.unwrap_or(false),
        frontchannel_logout_uri: metadata.frontchannel_logout_uri,
        frontchannel_logout_session_required: metadata.frontchannel_logout_session_required.unwrap_or(false),
        claims_in_id_token: metadata.claims_in_id_token.unwrap_or(false),
        access_token_format: metadata.access_token_format,
    }
}
