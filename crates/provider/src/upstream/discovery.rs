//! The configuration of an OpenID provider (OpenID Connect Discovery 1.0 section 4), fetched when it is needed and kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use super::error::UpstreamError;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::outbound::{Fetch, Outbound, Purpose};
use crate::settings::{Upstream, UpstreamAddress, UpstreamKind};

/// The request, for errors.
const WHAT: &str = "discovery document";

/// Bytes of a configuration at most.
const MAX_BYTES: usize = 128 * 1024;

/// Seconds for which a configuration is used before it is fetched again.
const FRESH: i64 = 60 * 60;

/// Seconds for which an old one is used if no new one can be fetched.
const STALE: i64 = 24 * 60 * 60;

/// Seconds from one attempt to the next: people who press a button cause no more requests than this.
const BETWEEN_ATTEMPTS: i64 = 10;

/// The parts of a configuration that are used. The endpoints have TLS, or are on the provider's own origin.
#[derive(Debug)]
pub(crate) struct Discovery {
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) jwks_uri: String,
    /// `true` if the provider sends `iss` with each authorization response (RFC 9207).
    pub(super) names_issuer_in_responses: bool,
    /// `true` if the secret goes into the form of the token request, not into its header (OpenID Connect Core section 9).
    pub(super) secret_in_form: bool,
}

/// The document as it comes.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    /// Reads a document.
    fn parse(issuer: &UpstreamAddress, json: &[u8]) -> Result<Self, UpstreamError> {
        let unreadable = |fault| UpstreamError::Unreadable { what: WHAT, fault };
        let document: Document = serde_json::from_slice(json).map_err(|_| {
            unreadable(
                "it is no JSON object with issuer, authorization_endpoint, token_endpoint and jwks_uri",
            )
        })?;
        if document.issuer != issuer.as_str() {
            return Err(UpstreamError::ConfiguredIssuer);
        }
        let endpoint = |url: String| {
            let plain = url.bytes().all(|byte| byte.is_ascii_graphic());
            let secure = url.starts_with("https://") || issuer.is_origin_of(&url);
            if plain && secure && !url.contains('#') {
                Ok(url)
            } else {
                Err(unreadable("an endpoint is no https address"))
            }
        };
        let methods = document.token_endpoint_auth_methods_supported;
        let has = |method: &str| {
            let mut methods = methods.iter().flatten();
            methods.any(|one| one == method)
        };
        Ok(Self {
            authorization_endpoint: endpoint(document.authorization_endpoint)?,
            token_endpoint: endpoint(document.token_endpoint)?,
            userinfo_endpoint: document.userinfo_endpoint.map(endpoint).transpose()?,
            jwks_uri: endpoint(document.jwks_uri)?,
            names_issuer_in_responses: document.authorization_response_iss_parameter_supported,
            secret_in_form: has("client_secret_post") && !has("client_secret_basic"),
        })
    }

    async fn fetch(outbound: &dyn Outbound, issuer: &UpstreamAddress) -> Result<Self, UpstreamError> {
        let request = Fetch {
            url: issuer.below("/.well-known/openid-configuration"),
            purpose: Purpose::Upstream {
                named_by_operator: true,
            },
            accept: "application/json",
            max_bytes: MAX_BYTES,
        };
        let fetched = outbound.fetch(request).await;
        let fetched = fetched.map_err(|cause| UpstreamError::NoAnswer { what: WHAT, cause })?;
        Self::parse(issuer, &fetched.body)
    }
}

/// Fetches the configuration of an upstream provider, to see if sign-ins there can work. GitHub has none: nothing is asked.
///
/// # Errors
/// See [`UpstreamError`].
pub async fn check(outbound: &dyn Outbound, upstream: &Upstream) -> Result<(), UpstreamError> {
    match &upstream.kind {
        UpstreamKind::OpenId(issuer) => Discovery::fetch(outbound, issuer).await.map(drop),
        UpstreamKind::GitHub(_) => Ok(()),
    }
}

/// The configurations of the providers that were needed, by issuer.
#[derive(Default)]
pub(crate) struct Discoveries(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known>>>>);

/// The configuration of a provider, and the last attempt to fetch it.
#[derive(Default)]
struct Known {
    discovery: Option<(Arc<Discovery>, Timestamp)>,
    tried_at: Option<Timestamp>,
}

impl Discoveries {
    /// The configuration of a provider, kept or fetched.
    pub(super) async fn of(
        &self,
        base: &Base,
        outbound: &dyn Outbound,
        issuer: &UpstreamAddress,
    ) -> Result<Arc<Discovery>, UpstreamError> {
        let known = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(issuer.as_str().to_owned()).or_default().clone()
        };
        // Held over the request, so that many who need it at once cause one.
        let mut known = known.lock().await;
        let now = base.now();
        if let Some(discovery) = known.not_older_than(FRESH, now) {
            return Ok(discovery);
        }
        // A clock that was set back must not stop the requests until it is there again.
        let recent = |at: Timestamp| (at..at.plus(BETWEEN_ATTEMPTS)).contains(&now);
        if known.tried_at.is_some_and(recent) {
            return known.not_older_than(STALE, now).ok_or(UpstreamError::Unavailable);
        }
        known.tried_at = Some(now);
        match Discovery::fetch(outbound, issuer).await {
            Ok(discovery) => {
                let discovery = Arc::new(discovery);
                known.discovery = Some((discovery.clone(), now));
                known.tried_at = None;
                Ok(discovery)
            }
            Err(error) => {
                tracing::warn!(issuer = issuer.as_str(), %error, "the configuration of an upstream provider cannot be read");
                known.not_older_than(STALE, now).ok_or(error)
            }
        }
    }
}

impl Known {
    fn not_older_than(&self, seconds: i64, now: Timestamp) -> Option<Arc<Discovery>> {
        let (discovery, at) = self.discovery.as_ref()?;
        (*at..at.plus(seconds)).contains(&now).then(|| discovery.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn issuer() -> UpstreamAddress {
        UpstreamAddress::parse("https://idp.example/tenant/").unwrap()
    }

    fn document(changes: &[(&str, Value)]) -> Result<Discovery, UpstreamError> {
        let mut document = json!({
            "issuer": "https://idp.example/tenant/",
            "authorization_endpoint": "https://login.example/authorize?tenant=a",
            "token_endpoint": "https://idp.example/token",
            "jwks_uri": "https://keys.example/jwks",
        });
        for (name, value) in changes {
            document[*name] = value.clone();
        }
        Discovery::parse(&issuer(), document.to_string().as_bytes())
    }

    #[test]
    fn a_configuration_names_its_own_issuer_byte_for_byte() {
        assert!(document(&[]).is_ok());
        for other in [
            "https://idp.example/tenant",
            "https://IDP.example/tenant/",
            "https://evil.example",
        ] {
            let refused = document(&[("issuer", json!(other))]);
            assert_eq!(refused.err(), Some(UpstreamError::ConfiguredIssuer), "{other}");
        }
    }

    #[test]
    fn an_endpoint_without_tls_or_with_odd_characters_is_refused() {
        for endpoint in [
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
        ] {
            for url in [
                "http://169.254.169.254/",
                "javascript:alert(1)",
                "https://a b",
                "https://a/#b",
                "",
            ] {
                let refused = document(&[(endpoint, json!(url))]);
                assert!(
                    matches!(refused, Err(UpstreamError::Unreadable { .. })),
                    "{endpoint} {url}"
                );
            }
        }
    }

    #[test]
    fn the_secret_goes_into_the_header_unless_the_provider_takes_it_in_the_form_only() {
        let methods = |methods: &[&str]| {
            let discovery = document(&[("token_endpoint_auth_methods_supported", json!(methods))]);
            discovery.unwrap().secret_in_form
        };
        assert!(!document(&[]).unwrap().secret_in_form);
        assert!(methods(&["client_secret_post", "private_key_jwt"]));
        assert!(!methods(&["client_secret_post", "client_secret_basic"]));
    }
}
