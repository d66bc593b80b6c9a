//! `private_key_jwt` and `client_secret_jwt`: an assertion signed with a key of the client, or with its secret (RFC 7523 sections
//! 2.2 and 3, OpenID Connect Core section 9).

use aws_lc_rs::digest::{SHA256, digest};
use pixie_oauth::jose::{JwtType, SigningAlgorithm, UnverifiedJwt, VerifiedJwt};
use pixie_oauth::{AssertionIdentity, ClientAuthMethod, ExpectedAssertion, Params, check_client_assertion};

use super::claim::{Claim, Proof};
use crate::base::Base;
use crate::clients::keys;
use crate::clients::keys::ClientTokenError;
use crate::clients::keys::RemoteKeys;
use crate::clients::sealed_secret;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entities::Client;
use crate::keys::Keys;
use crate::paths;
use crate::settings::Settings;
use crate::store::{UseOnce, UseOnceOutcome};
use crate::token::refusal::TokenRefusal;

/// The one `client_assertion_type` there is (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Claims of a request object. It travels through browsers and may be signed with the same key: a reader of one must
/// not be able to authenticate with it (RFC 9101 section 10.8).
const OF_REQUEST_OBJECTS: [&str; 2] = ["response_type", "redirect_uri"];

/// Returns `true` if a request has any of the parameters.
pub(super) fn is_used(params: &Params) -> bool {
    params.get("client_assertion").is_some() || params.get("client_assertion_type").is_some()
}

/// Reads the parameters; `None` if there are none. `client_id` need not be sent (RFC 7521 section 4.2).
pub(super) fn read(params: &Params) -> Result<Option<Claim>, TokenRefusal> {
    if !is_used(params) {
        return Ok(None);
    }
    if params.get("client_assertion_type") != Some(ASSERTION_TYPE) {
        return Err(TokenRefusal::AssertionType);
    }
    let assertion = params
        .get("client_assertion")
        .ok_or(TokenRefusal::AssertionMissing)?;
    let unverified = UnverifiedJwt::parse(assertion).map_err(TokenRefusal::AssertionForm)?;
    let subject = unverified.unverified_claim("sub");
    let client_id = params
        .get("client_id")
        .or(subject)
        .ok_or(TokenRefusal::NoClient)?;
    if subject.is_some_and(|subject| subject != client_id) {
        return Err(TokenRefusal::AssertionOfAnotherClient);
    }
    Ok(Some(Claim {
        client_id: client_id.to_owned(),
        proof: Proof::Assertion(assertion.to_owned()),
    }))
}

/// Verifies an assertion and uses it up. Nothing is kept of one whose signature is not the client's.
pub(crate) async fn verify_assertion(
    context: &Context,
    client: &Client,
    assertion: &str,
    endpoint: &str,
) -> Result<(), TokenRefusal> {
    let demands = client.rules.demands();
    let verified = match client.auth_method {
        ClientAuthMethod::ClientSecretJwt => verified_by_secret(&context.keys, client, assertion)?,
        _ => verified_by_keys(&context.remote_keys, client, assertion).await?,
    };
    let claims = verified.claims();
    let is_another = OF_REQUEST_OBJECTS.iter().any(|name| claims.contains_key(*name));
    if is_another || !verified.may_be(JwtType::ClientAuthentication) {
        return Err(TokenRefusal::NotAnAssertion);
    }
    let (token, called) = (
        addresses_of(&context.base.settings, paths::TOKEN),
        addresses_of(&context.base.settings, endpoint),
    );
    let audiences: Vec<&str> = token.iter().chain(&called).map(String::as_str).collect();
    let expected = ExpectedAssertion {
        client_id: &client.id,
        issuer: context.base.settings.issuer.as_str(),
        audiences: &audiences,
        issuer_only: demands.assertions_name_issuer_only,
    };
    let identity = check_client_assertion(claims, &expected, context.base.now().seconds())?;
    use_assertion(&context.base, client, &identity).await
}

async fn verified_by_keys(
    remote_keys: &RemoteKeys,
    client: &Client,
    assertion: &str,
) -> Result<VerifiedJwt, TokenRefusal> {
    let registered = client.token_endpoint_auth_signing_alg;
    let accepted: Vec<SigningAlgorithm> = client
        .rules
        .demands()
        .algorithms
        .iter()
        .copied()
        .filter(|algorithm| registered.is_none_or(|only| only.as_str() == algorithm.as_str()))
        .collect();
    Ok(keys::verify_signed_by(remote_keys, client, assertion, &accepted).await?)
}

fn verified_by_secret(keys: &Keys, client: &Client, assertion: &str) -> Result<VerifiedJwt, TokenRefusal> {
    let opened = sealed_secret::open(&keys.purpose, client).ok_or(TokenRefusal::SecretNotOpened)?;
    let verified = UnverifiedJwt::parse(assertion).and_then(|token| token.verify_hs256(&opened));
    Ok(verified.map_err(ClientTokenError::from)?)
}

/// An endpoint is served with and without the slash at its end.
fn addresses_of(settings: &Settings, endpoint: &str) -> [String; 2] {
    let address = settings.issuer.endpoint(endpoint);
    let bare = address.trim_end_matches('/').to_owned();
    [address, bare]
}

async fn use_assertion(
    base: &Base,
    client: &Client,
    identity: &AssertionIdentity,
) -> Result<(), TokenRefusal> {
    let named = format!("client_assertion\n{}\n{}", client.key, identity.jti);
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, named.as_bytes()).as_ref());
    let command = UseOnce {
        hash,
        denied: false,
        now: base.now(),
        expires_at: Timestamp::from_seconds(identity.refused_from()),
    };
    match base.store.use_once(command).await? {
        UseOnceOutcome::First => Ok(()),
        UseOnceOutcome::UsedBefore { .. } => Err(TokenRefusal::UsedAssertion),
    }
}
