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

pub(crate) use cache::{KeyOwner, RemoteKeys};

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
    let required = kid.map_or(RequiredKeys::Any, RequiredKeys::Kid);
    match (&client.jwks, &client.jwks_uri) {
        (Some(registered), _) => Ok(registered.keys().clone()),
        (None, Some(uri)) => {
            remote_keys
                .at(KeyOwner::Client(client.key), uri.as_str(), required)
                .await
        }
        (None, None) => Err(ClientKeysError::None),
    }
}

/// Verifies a token that a client signed. If no key at its address matches, the client may have changed its keys, so that they are
/// fetched again.
pub(crate) async fn verify_signed_by(
    remote_keys: &RemoteKeys,
    client: &Client,
    token: &str,
    accepted: &[SigningAlgorithm],
) -> Result<VerifiedJwt, ClientTokenError> {
    refuse_hopeless(token, accepted)?;
    match (&client.jwks, &client.jwks_uri) {
        (Some(registered), _) => Ok(verify(token, registered.keys(), accepted)?),
        (None, Some(uri)) => {
            let owner = KeyOwner::Client(client.key);
            verify_by_keys_at(remote_keys, (owner, uri.as_str()), token, accepted).await
        }
        (None, None) => Err(ClientKeysError::None.into()),
    }
}

/// Verifies a token with the keys at an address. If no key matches, they are fetched again.
pub(crate) async fn verify_by_keys_at(
    remote_keys: &RemoteKeys,
    (owner, uri): (KeyOwner, &str),
    token: &str,
    accepted: &[SigningAlgorithm],
) -> Result<VerifiedJwt, ClientTokenError> {
    refuse_hopeless(token, accepted)?;
    let kid = UnverifiedJwt::parse(token)?.kid().map(str::to_owned);
    let required = kid.as_deref().map_or(RequiredKeys::Any, RequiredKeys::Kid);
    let keys = remote_keys.at(owner, uri, required).await?;
    let verified = verify(token, &keys, accepted);
    if matches!(verified, Err(JwtError::UnknownKey | JwtError::Signature)) {
        let newer = remote_keys.at(owner, uri, RequiredKeys::OtherThan(&keys)).await?;
        return Ok(verify(token, &newer, accepted)?);
    }
    Ok(verified?)
}

fn verify(token: &str, keys: &JwkSet, accepted: &[SigningAlgorithm]) -> Result<VerifiedJwt, JwtError> {
    UnverifiedJwt::parse(token)?.verify(keys, accepted)
}

/// A token that no key could make right causes no request.
fn refuse_hopeless(token: &str, accepted: &[SigningAlgorithm]) -> Result<(), JwtError> {
    match verify(token, &JwkSet::default(), accepted) {
        Err(error @ (JwtError::Form | JwtError::Critical | JwtError::Algorithm)) => Err(error),
        _ => Ok(()),
    }
}
