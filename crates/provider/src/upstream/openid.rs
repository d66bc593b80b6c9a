//! Sign-in at an OpenID provider: the code is redeemed, the ID token verified, userinfo asked if a claim is missing (OpenID Connect
//! Core sections 3.1.3 and 5.3).

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{ExpectedIdToken, check_id_token};
use serde_json::{Map, Value};

use super::attempt::Attempt;
use super::callback_path;
use super::discovery::Discovery;
use super::error::UpstreamError;
use super::identity::Identity;
use super::requests::{self, TokenEndpoint, members};
use crate::base::Base;
use crate::clients::keys::{KeyOwner, RemoteKeys, verify_by_keys_at};
use crate::outbound::Outbound;
use crate::settings::{Upstream, UpstreamAddress};

const USERINFO: &str = "userinfo endpoint";

/// The provider that is asked, and what it is asked with.
pub(super) struct OpenIdProvider<'a> {
    pub(super) base: &'a Base,
    pub(super) outbound: &'a dyn Outbound,
    pub(super) remote_keys: &'a RemoteKeys,
    pub(super) upstream: &'a Upstream,
    pub(super) issuer: &'a UpstreamAddress,
    pub(super) discovery: &'a Discovery,
}

impl OpenIdProvider<'_> {
    pub(super) async fn identify(&self, attempt: &Attempt, code: &str) -> Result<Identity, UpstreamError> {
        let redirect_uri = self.base.issuer().endpoint(&callback_path(self.upstream));
        let endpoint = TokenEndpoint {
            url: &self.discovery.token_endpoint,
            named_by_operator: self.issuer.is_origin_of(&self.discovery.token_endpoint),
            secret_in_form: self.discovery.secret_in_form,
        };
        let redeemed = (code, redirect_uri.as_str());
        let tokens = requests::redeem(self.outbound, self.upstream, endpoint, attempt, redeemed).await?;
        let id_token = tokens.id_token.ok_or(UpstreamError::Unreadable {
            what: "token endpoint",
            fault: "there is no id_token",
        })?;
        let (subject, mut claims) = self.verify(attempt, &id_token).await?;
        let access_token = tokens.access_token.as_deref();
        if let (true, Some(token)) = (self.lacks_claims(&claims), access_token) {
            for (name, value) in self.userinfo(&subject, token).await? {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(Identity::of_claims(self.upstream, subject, &claims))
    }

    /// The subject and the claims of an ID token for this attempt.
    async fn verify(
        &self,
        attempt: &Attempt,
        id_token: &str,
    ) -> Result<(String, Map<String, Value>), UpstreamError> {
        let uri = self.discovery.jwks_uri.as_str();
        let owner = KeyOwner::Upstream {
            named_by_operator: self.issuer.is_origin_of(uri),
        };
        // Asymmetric algorithms only: `none` and HS256 are not among them.
        let accepted = SigningAlgorithm::ALL;
        let verified = verify_by_keys_at(self.remote_keys, (owner, uri), id_token, accepted).await?;
        let expected = ExpectedIdToken {
            issuer: self.issuer.as_str(),
            client_id: &self.upstream.client_id,
            nonce: attempt.nonce(),
            now: self.base.now().seconds(),
        };
        let subject = check_id_token(&verified, &expected)?.to_owned();
        Ok((subject, verified.claims().clone()))
    }

    /// Returns `true` if a claim that is read is not in the ID token.
    fn lacks_claims(&self, claims: &Map<String, Value>) -> bool {
        let names = &self.upstream.claims;
        let read = [&names.username, &names.name, &names.email];
        read.into_iter()
            .chain(&names.groups)
            .any(|name| !claims.contains_key(name))
    }

    async fn userinfo(&self, subject: &str, access_token: &str) -> Result<Map<String, Value>, UpstreamError> {
        let Some(url) = &self.discovery.userinfo_endpoint else {
            return Ok(Map::new());
        };
        let named_by_operator = self.issuer.is_origin_of(url);
        let answer = requests::get(self.outbound, (url, named_by_operator), access_token, USERINFO).await?;
        let claims = members(answer, USERINFO)?;
        if claims.get("sub").and_then(Value::as_str) == Some(subject) {
            Ok(claims)
        } else {
            Err(UpstreamError::AnotherSubject)
        }
    }
}
