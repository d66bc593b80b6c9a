//! Grants and response types, which must agree (RFC 7591 section 2.1, OpenID Connect Dynamic Client Registration section 2).

use pixie_oauth::{ClientMetadata, GrantType, ResponseType, Rules};

use super::Checks;
use crate::settings::Settings;

/// The grants: those named, or those that the response types need, with `refresh_token` beside `authorization_code`.
pub(super) fn grant_types(metadata: &ClientMetadata, checks: &mut Checks) -> Vec<GrantType> {
    let mut grants = match &metadata.grant_types {
        Some(grants) => grants.clone(),
        None => grants_of(metadata.response_types.as_deref().unwrap_or_default()),
    };
    grants.sort();
    grants.dedup();
    if grants.is_empty() {
        checks.refuse("grant_types", "choose at least one grant");
    } else if grants == [GrantType::RefreshToken] {
        checks.refuse("grant_types", "refresh_token needs authorization_code beside it");
    }
    grants
}

fn grants_of(response_types: &[ResponseType]) -> Vec<GrantType> {
    let mut grants = Vec::new();
    if response_types.is_empty() || response_types.iter().any(|one| one.has_code()) {
        grants.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
    if response_types.iter().any(|one| one.is_front_channel()) {
        grants.push(GrantType::Implicit);
    }
    grants
}

/// The response types as they are kept: empty for only `code`, and for none where the grants have no use for one.
pub(super) fn response_types(
    metadata: &ClientMetadata,
    grants: &[GrantType],
    (rules, settings): (&Rules, &Settings),
    checks: &mut Checks,
) -> Vec<ResponseType> {
    let field = "response_types";
    let (code, implicit) = (GrantType::AuthorizationCode, GrantType::Implicit);
    let mut types = metadata.response_types.clone().unwrap_or_default();
    types.sort();
    types.dedup();
    for one in &types {
        if !settings.response_types.contains(one) {
            let offered: Vec<_> = settings.response_types.iter().map(|one| one.as_str()).collect();
            checks.refuse(
                field,
                format!(
                    "{one} is not offered by this server; there is {}",
                    offered.join(", ")
                ),
            );
        } else if one.is_front_channel() && !rules.demands().front_channel_tokens {
            let profile = rules.profile();
            checks.refuse(
                field,
                format!("profile {profile} lets no token travel through the browser as {one} does; profile oidc does"),
            );
        }
        if one.has_code() && !grants.contains(&code) {
            checks.refuse(field, format!("{one} needs the grant authorization_code"));
        }
        if one.is_front_channel() && !grants.contains(&implicit) {
            checks.refuse(field, format!("{one} needs the grant implicit"));
        }
    }
    if grants.contains(&implicit) && !types.iter().any(|one| one.is_front_channel()) {
        checks.refuse(
            "grant_types",
            "implicit needs a response type with a token beside it, such as id_token",
        );
    }
    if types == [ResponseType::Code] {
        types.clear();
    }
    types
}
