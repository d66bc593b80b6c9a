//! Sign-in at upstream providers: Pixie is their client (OpenID Connect Core section 3.1, RFC 6749 section 4.1). All that they
//! answer is untrusted input. A provider says who somebody is at that provider; `people` decides what that means here.

mod attempt;
mod discovery;
mod error;
mod github;
mod identity;
mod openid;
mod requests;

use std::sync::Arc;

use pixie_oauth::Params;

pub(crate) use attempt::{Attempt, AttemptPurpose};
pub(crate) use discovery::Discoveries;
pub use discovery::check as check_upstream;
pub use error::UpstreamError;
use github::GitHub;
pub(crate) use identity::Identity;
use openid::OpenIdProvider;

use crate::base::Base;
use crate::clients::keys::RemoteKeys;
use crate::outbound::Outbound;
use crate::settings::{Upstream, UpstreamKind};

/// The parts that are needed to ask upstream providers.
pub(crate) struct Upstreams {
    outbound: Arc<dyn Outbound>,
    discoveries: Discoveries,
}

impl Upstreams {
    pub(crate) fn new(outbound: Arc<dyn Outbound>) -> Self {
        Self {
            outbound,
            discoveries: Discoveries::default(),
        }
    }
}

/// The path of the redirect URI below the issuer. Each provider has its own, so that the answer of one is not taken for that of
/// another (RFC 9700 section 4.4.2).
pub(crate) fn callback_path(upstream: &Upstream) -> String {
    format!("login/upstream/{}/callback/", upstream.id.as_str())
}

/// The address to which the browser is sent.
pub(crate) async fn authorization_address(
    base: &Base,
    upstreams: &Upstreams,
    upstream: &Upstream,
    attempt: &Attempt,
) -> Result<String, UpstreamError> {
    let endpoint = match &upstream.kind {
        UpstreamKind::OpenId(issuer) => {
            let discovery = upstreams
                .discoveries
                .of(base, &*upstreams.outbound, issuer)
                .await?;
            discovery.authorization_endpoint.clone()
        }
        UpstreamKind::GitHub(address) => github::authorization_endpoint(address),
    };
    let redirect_uri = base.issuer().endpoint(&callback_path(upstream));
    let (scope, challenge) = (upstream.scopes.join(" "), attempt.challenge());
    let mut params = Params::from_iter([
        ("response_type", "code"),
        ("client_id", upstream.client_id.as_str()),
        ("redirect_uri", &redirect_uri),
        ("scope", &scope),
        ("state", attempt.state()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    if matches!(upstream.kind, UpstreamKind::OpenId(_)) {
        params.set("nonce", attempt.nonce().to_owned());
        if attempt.is_again() {
            params.set("prompt", "login".to_owned());
        }
    }
    // An endpoint may have a query of its own (RFC 6749 section 3.1).
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    Ok(format!("{endpoint}{separator}{}", params.to_query()))
}

/// Checks that the answer is from the provider that was asked (RFC 9207), for errors too.
pub(crate) async fn check_issuer(
    base: &Base,
    upstreams: &Upstreams,
    upstream: &Upstream,
    answer: &Params,
) -> Result<(), UpstreamError> {
    let UpstreamKind::OpenId(issuer) = &upstream.kind else {
        return Ok(());
    };
    match answer.get("iss") {
        Some(named) if named == issuer.as_str() => Ok(()),
        Some(_) => Err(UpstreamError::AnotherIssuer),
        None => {
            let discovery = upstreams
                .discoveries
                .of(base, &*upstreams.outbound, issuer)
                .await?;
            if discovery.names_issuer_in_responses {
                Err(UpstreamError::AnotherIssuer)
            } else {
                Ok(())
            }
        }
    }
}

/// Redeems a code and asks who the person is.
pub(crate) async fn identify(
    base: &Base,
    upstreams: &Upstreams,
    remote_keys: &RemoteKeys,
    upstream: &Upstream,
    attempt: &Attempt,
    code: &str,
) -> Result<Identity, UpstreamError> {
    match &upstream.kind {
        UpstreamKind::OpenId(issuer) => {
            let discovery = upstreams
                .discoveries
                .of(base, &*upstreams.outbound, issuer)
                .await?;
            let provider = OpenIdProvider {
                base,
                outbound: &*upstreams.outbound,
                remote_keys,
                upstream,
                issuer,
                discovery: &discovery,
            };
            provider.identify(attempt, code).await
        }
        UpstreamKind::GitHub(address) => {
            let redirect_uri = base.issuer().endpoint(&callback_path(upstream));
            let provider = GitHub {
                outbound: &*upstreams.outbound,
                upstream,
                address,
                redirect_uri: &redirect_uri,
            };
            provider.identify(attempt, code).await
        }
    }
}
