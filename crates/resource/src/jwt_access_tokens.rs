//! Access tokens that are JWTs (RFC 9068), checked here with the issuer's public keys: no request for each token.

mod claims;
mod discovered;
mod keys;
mod verified;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use pixie_oauth::jose::{JwkSet, JwtError, RequiredKeys, SigningAlgorithm, UnverifiedJwt, VerifiedJwt};
use pixie_oauth::{Audience, IntrospectionResponse, Issuer};

pub use discovered::DiscoveredKeys;

use crate::audience::is_for;
use crate::{CheckError, Clock, SetupError, SystemClock, TokenChecker};
use claims::{ClaimsRefusal, Expected};
use keys::IssuerKeys;
use verified::{VerifiedTokens, fingerprint};

/// Tokens that are remembered, about 600 bytes each.
const REMEMBERED: u64 = 10_000;

/// Checks JWT access tokens without a request to the server (RFC 9068 section 4): signed by a key of the issuer, of the
/// type `at+jwt`, issued by the issuer for this API, neither expired nor from the future (clocks may differ by 15
/// seconds).
///
/// **A token that is checked here is valid until it expires, even if it was revoked:** choose short
/// lifetimes for such tokens, or [`Introspection`](crate::Introspection), which checks both kinds and sees a revocation at
/// once.
///
/// Keys are fetched for the first token, then every ten minutes, and for a token with an unknown key, at most every 10
/// seconds. If the issuer does not respond, the known keys are used for up to a day.
///
/// ```
/// # use pixie_oauth::Issuer;
/// # use pixie_resource::{JwtAccessTokens, ResourceLayer};
/// # use std::sync::Arc;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let issuer = Issuer::parse("http://localhost:8000/o")?;
/// let tokens = JwtAccessTokens::new(&issuer, "https://orders.example/")?;
/// let guard = ResourceLayer::new(Arc::new(tokens));
/// # Ok(())
/// # }
/// ```
pub struct JwtAccessTokens {
    issuer: Issuer,
    identifier: String,
    algorithms: Vec<SigningAlgorithm>,
    source: Arc<dyn KeySource>,
    clock: Arc<dyn Clock>,
    keys: IssuerKeys,
    verified: VerifiedTokens,
    otherwise: Option<Arc<dyn TokenChecker>>,
}

/// The source of the issuer's public keys. [`DiscoveredKeys`] fetches them from the issuer; tests have their own.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The keys with which the issuer signs at present.
    ///
    /// # Errors
    /// [`CheckError`] if they cannot be fetched. The caller may try again.
    async fn fetch(&self) -> Result<JwkSet, CheckError>;
}

impl JwtAccessTokens {
    /// Tokens of an issuer for the API of this identifier, which clients send as `resource` and which must be in `aud`,
    /// byte for byte.
    ///
    /// # Errors
    /// A plain http issuer that is not on this machine, an invalid identifier, or no HTTP client.
    pub fn new(issuer: &Issuer, identifier: &str) -> Result<Self, SetupError> {
        Self::with_keys(issuer, identifier, Arc::new(DiscoveredKeys::new(issuer)?))
    }

    /// For development: the same, also of an issuer with http on a private name or address, such as `http://pixie:8000`
    /// ([`DiscoveredKeys::over_insecure_http`]).
    ///
    /// # Errors
    /// A plain http issuer on a public name, an invalid identifier, or no HTTP client.
    pub fn over_insecure_http(issuer: &Issuer, identifier: &str) -> Result<Self, SetupError> {
        let keys = DiscoveredKeys::over_insecure_http(issuer)?;
        Self::with_keys(issuer, identifier, Arc::new(keys))
    }

    /// The same with the keys of this source.
    ///
    /// # Errors
    /// The identifier is not valid.
    pub fn with_keys(
        issuer: &Issuer,
        identifier: &str,
        source: Arc<dyn KeySource>,
    ) -> Result<Self, SetupError> {
        if Audience::parse([identifier]).is_err() {
            return Err(SetupError::Identifier(identifier.to_owned()));
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Ok(Self {
            issuer: issuer.clone(),
            identifier: identifier.to_owned(),
            algorithms: SigningAlgorithm::ALL.to_vec(),
            keys: IssuerKeys::new(source.clone(), clock.clone()),
            source,
            clock,
            verified: VerifiedTokens::new(REMEMBERED),
            otherwise: None,
        })
    }

    /// Asks this checker about tokens that are no JWTs, such as an [`Introspection`](crate::Introspection). It is not
    /// asked about JWTs, good or bad.
    #[must_use]
    pub fn or(self, otherwise: impl TokenChecker + 'static) -> Self {
        let otherwise: Option<Arc<dyn TokenChecker>> = Some(Arc::new(otherwise));
        Self { otherwise, ..self }
    }

    /// Accepts signatures of these algorithms only. Without this, all that [`SigningAlgorithm`] has; never `none` and
    /// never HMAC.
    #[must_use]
    pub fn algorithms(self, algorithms: &[SigningAlgorithm]) -> Self {
        let algorithms = algorithms.to_vec();
        Self { algorithms, ..self }
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        let keys = IssuerKeys::new(self.source.clone(), clock.clone());
        Self { keys, clock, ..self }
    }

    /// Remembers at most this many verified tokens, each until it expires; 10,000 without this. 0 verifies each
    /// signature each time.
    #[must_use]
    pub fn remembering(self, tokens: u64) -> Self {
        let verified = VerifiedTokens::new(tokens);
        Self { verified, ..self }
    }

    async fn check_jwt(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        let keys = self.keys.having(RequiredKeys::Any).await?;
        let fingerprint = fingerprint(token);
        if let Some(known) = self.verified.known(&fingerprint, &keys, self.clock.now()) {
            return Ok(known);
        }
        let Ok(unverified) = UnverifiedJwt::parse(token) else {
            return self.check_other(token).await;
        };
        let (verified, keys) = match self.verify(token, unverified).await? {
            Ok(verified) => verified,
            Err(error) => return Ok(refused(&error)),
        };
        let expected = Expected {
            issuer: &self.issuer,
            identifier: &self.identifier,
            now: self.clock.now(),
        };
        match claims::accept(&verified, &expected) {
            Ok(accepted) => {
                self.verified.remember(fingerprint, &keys, &accepted);
                Ok(accepted.answer)
            }
            Err(reason) => Ok(refused(&reason)),
        }
    }

    /// The token with a signature of the issuer's, and the keys it was verified with. A key that is not known may be new,
    /// so they are asked for once more.
    async fn verify(
        &self,
        token: &str,
        unverified: UnverifiedJwt<'_>,
    ) -> Result<Result<(VerifiedJwt, Arc<JwkSet>), JwtError>, CheckError> {
        let kid = unverified.kid().map(str::to_owned);
        let keys = self
            .keys
            .having(kid.as_deref().map_or(RequiredKeys::Any, RequiredKeys::Kid))
            .await?;
        let first = unverified.verify(&keys, &self.algorithms);
        let names_its_key = kid.is_some() && keys.keys().iter().any(|key| key.kid() == kid.as_deref());
        match first {
            Err(JwtError::UnknownKey | JwtError::Signature) if !names_its_key => {}
            other => return Ok(other.map(|verified| (verified, keys))),
        }
        let newer = self.keys.having(RequiredKeys::OtherThan(&keys)).await?;
        if Arc::ptr_eq(&newer, &keys) {
            return Ok(Err(JwtError::UnknownKey));
        }
        let again = UnverifiedJwt::parse(token).and_then(|again| again.verify(&newer, &self.algorithms));
        Ok(again.map(|verified| (verified, newer)))
    }

    async fn check_other(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        let Some(otherwise) = &self.otherwise else {
            return Ok(refused(&ClaimsRefusal::NotAJwt));
        };
        let answer = otherwise.check(token).await?;
        if answer.active && !is_for(&answer, &self.identifier) {
            return Ok(refused(&ClaimsRefusal::Audience));
        }
        Ok(answer)
    }
}

#[async_trait]
impl TokenChecker for JwtAccessTokens {
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        if looks_like_a_jwt(token) {
            self.check_jwt(token).await
        } else {
            self.check_other(token).await
        }
    }
}

/// Three parts with dots between them (RFC 7515 section 7.1).
fn looks_like_a_jwt(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

/// The caller only learns that the token is not valid; the log has the reason.
fn refused(reason: &dyn std::error::Error) -> IntrospectionResponse {
    tracing::info!(%reason, "an access token is not accepted");
    IntrospectionResponse::default()
}
