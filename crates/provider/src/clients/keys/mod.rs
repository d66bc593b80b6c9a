//! The public keys of clients, registered with them or kept at an address of theirs (RFC 7591 section 2), and what is
//! signed with them: assertions and request objects.

mod cache;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use pixie_oauth::jose::{
    JwkError, JwkSet, JwtError, RequiredKeys, SigningAlgorithm, UnverifiedJwt, VerifiedJwt,
};
use thiserror::Error;

use crate::entities::Client;
use crate::outbound::OutboundError;

pub(crate) use cache::RemoteKeys;

/// Why there are no keys of a client.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientKeysError {
    /// It has registered none.
    #[error("the client has registered neither jwks nor jwks_uri")]
    None,
    /// They cannot be fetched.
    #[error("its jwks_uri {0}")]
    Fetch(#[from] OutboundError),
    /// The fetched document is not JSON.
    #[error("its jwks_uri does not give JSON")]
    NotJson,
    /// The fetched document is not a set of public keys.
    #[error(transparent)]
    Set(#[from] JwkError),
    /// They were asked for a moment ago, and there was no answer.
    #[error("its jwks_uri gave no answer a moment ago")]
    Unavailable,
}

/// Why something that a client signed is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientTokenError {
    /// There are no keys to verify it with.
    #[error(transparent)]
    Keys(#[from] ClientKeysError),
    /// It does not verify.
    #[error(transparent)]
    Jwt(#[from] JwtError),
}

impl ClientTokenError {
    /// A clause for the developer of the client. It names nothing that the client did not send or register.
    pub(crate) fn explanation(&self) -> String {
        match self {
            Self::Keys(ClientKeysError::Set(_)) => {
                "the registered keys are not a JWK Set of public keys".to_owned()
            }
            Self::Keys(error) => error.to_string(),
            Self::Jwt(error) => error.to_string(),
        }
    }
}

pub(crate) async fn keys_of(
    remote_keys: &RemoteKeys,
    client: &Client,
    kid: Option<&str>,
) -> Result<Arc<JwkSet>, ClientKeysError> {
    keys_with(
        remote_keys,
        client,
        kid.map_or(RequiredKeys::Any, RequiredKeys::Kid),
    )
    .await
}

async fn keys_with(
    remote_keys: &RemoteKeys,
    client: &Client,
    required: RequiredKeys<'_>,
) -> Result<Arc<JwkSet>, ClientKeysError> {
    match (&client.jwks, &client.jwks_uri) {
        (Some(registered), _) => Ok(registered.keys().clone()),
        (None, Some(uri)) => remote_keys.at(client.key, uri.as_str(), required).await,
        (None, None) => Err(ClientKeysError::None),
    }
}

/// Verifies a token that a client signed. If no key matches, the client may have changed its keys, so that they are
/// fetched again.
pub(crate) async fn verify_signed_by(
    remote_keys: &RemoteKeys,
    client: &Client,
    token: &str,
    accepted: &[SigningAlgorithm],
) -> Result<VerifiedJwt, ClientTokenError> {
    let verify = |keys: &JwkSet| UnverifiedJwt::parse(token)?.verify(keys, accepted);
    // What no key could make right causes no request.
    if let Err(error @ (JwtError::Form | JwtError::Critical | JwtError::Algorithm)) =
        verify(&JwkSet::default())
    {
        return Err(error.into());
    }
    let kid = UnverifiedJwt::parse(token)?.kid().map(str::to_owned);
    let keys = keys_of(remote_keys, client, kid.as_deref()).await?;
    let verified = verify(&keys);
    if client.jwks.is_none() && matches!(verified, Err(JwtError::UnknownKey | JwtError::Signature)) {
        let newer = keys_with(remote_keys, client, RequiredKeys::OtherThan(&keys)).await?;
        return Ok(verify(&newer)?);
    }
    Ok(verified?)
}
