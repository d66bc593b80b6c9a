//! How a client proves who it is, its keys, and the algorithms it asks for (RFC 7591 section 2, OpenID Connect Dynamic
//! Client Registration section 2).

use pixie_oauth::jose::{JwkSet, SigningAlgorithm};
use pixie_oauth::{ClientAuthMethod, ClientMetadata, RequestObjectAlgorithm, Rules};
use serde_json::Value;

use super::Checks;
use super::addresses::Reach;
use crate::settings::Settings;

/// The client's keys: inside, or where they are.
pub(super) struct Keys {
    pub(super) jwks: Option<Value>,
    pub(super) jwks_uri: Option<String>,
}

/// Whether a method shows a secret.
pub(crate) fn shows_a_secret(method: ClientAuthMethod) -> bool {
    match method {
        ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost => true,
        ClientAuthMethod::None | ClientAuthMethod::PrivateKeyJwt => false,
    }
}

/// The authentication method must be offered, and one that the profile allows.
pub(super) fn auth_method(method: ClientAuthMethod, rules: &Rules, checks: &mut Checks) {
    let allowed = rules.demands().client_auth_methods;
    if !ClientAuthMethod::ALL.contains(&method) || !allowed.contains(&method) {
        let known = ClientAuthMethod::ALL.iter().filter(|one| allowed.contains(one));
        let known: Vec<_> = known.map(|one| one.as_str()).collect();
        checks.refuse(
            "token_endpoint_auth_method",
            format!(
                "{method} is not offered to profile {}; there is {}",
                rules.profile(),
                known.join(", ")
            ),
        );
    }
}

/// Keys are given by value or by reference, never both (RFC 7591 section 2), and never private or symmetric.
pub(super) fn keys(metadata: &ClientMetadata, method: ClientAuthMethod, checks: &mut Checks) -> Keys {
    let jwks = metadata.jwks.clone().filter(|jwks| !jwks.is_null());
    let jwks_uri = checks.endpoint("jwks_uri", metadata.jwks_uri.as_ref(), Reach::HttpsOrLoopback);
    if jwks.is_some() && jwks_uri.is_some() {
        checks.refuse("jwks", "give the keys as jwks or as jwks_uri, not both");
    }
    match jwks.as_ref().map(JwkSet::parse) {
        Some(Err(error)) => checks.refuse("jwks", error.to_string()),
        Some(Ok(set)) if set.keys().is_empty() => checks.refuse(
            "jwks",
            "there is no key of a kind that this server knows: RSA, EC on P-256 or P-384, Ed25519",
        ),
        _ => {}
    }
    if method == ClientAuthMethod::PrivateKeyJwt && jwks.is_none() && jwks_uri.is_none() {
        checks.refuse(
            "jwks",
            "private_key_jwt needs the client's public keys: give jwks or jwks_uri",
        );
    }
    Keys { jwks, jwks_uri }
}

/// Algorithms that the server signs with.
pub(super) fn signed_responses(
    metadata: &ClientMetadata,
    rules: &Rules,
    settings: &Settings,
    checks: &mut Checks,
) {
    let asked = [
        (
            "id_token_signed_response_alg",
            metadata.id_token_signed_response_alg,
        ),
        (
            "userinfo_signed_response_alg",
            metadata.userinfo_signed_response_alg,
        ),
    ];
    for (field, algorithm) in asked {
        allowed(field, algorithm, (rules, &settings.signing_algorithms), checks);
    }
}

/// Algorithms that the client signs with.
pub(super) fn signed_requests(metadata: &ClientMetadata, rules: &Rules, checks: &mut Checks) {
    let assertions = metadata.token_endpoint_auth_signing_alg;
    allowed(
        "token_endpoint_auth_signing_alg",
        assertions,
        (rules, SigningAlgorithm::ALL),
        checks,
    );
    let field = "request_object_signing_alg";
    let Some(algorithm) = metadata.request_object_signing_alg else {
        return;
    };
    if algorithm != RequestObjectAlgorithm::Unsigned {
        let signed = SigningAlgorithm::parse(algorithm.as_str()).ok();
        allowed(field, signed, (rules, SigningAlgorithm::ALL), checks);
    } else if !rules.demands().unsigned_request_objects {
        let profile = rules.profile();
        checks.refuse(
            field,
            format!("profile {profile} takes no unsigned request objects"),
        );
    }
}

fn allowed(
    field: &'static str,
    algorithm: Option<SigningAlgorithm>,
    (rules, offered): (&Rules, &[SigningAlgorithm]),
    checks: &mut Checks,
) {
    let Some(algorithm) = algorithm else { return };
    let known: Vec<_> = offered
        .iter()
        .filter(|one| rules.demands().algorithms.contains(one))
        .collect();
    if !known.contains(&&algorithm) {
        let known: Vec<_> = known.iter().map(|one| one.as_str()).collect();
        checks.refuse(
            field,
            format!(
                "{algorithm} is not offered to profile {}; there is {}",
                rules.profile(),
                known.join(", ")
            ),
        );
    }
}
