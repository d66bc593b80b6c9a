//! The row of an access token that is presented to this server, if the token is valid now.

use super::access_token::access_token_hash;
use crate::base::Base;
use crate::keys::Keys;
use crate::store::{AccessTokenRecord, StoreError};

/// The stored access token, if it is neither expired nor revoked and its user may sign in.
pub(crate) async fn active_access_token(
    base: &Base,
    keys: &Keys,
    text: &str,
) -> Result<Option<AccessTokenRecord>, StoreError> {
    let Some(hash) = access_token_hash(base, keys, text).await else {
        return Ok(None);
    };
    let record = base.store.find_access_token(hash).await?;
    let now = base.now();
    Ok(record.filter(|record| {
        let disabled = record.owner.as_ref().is_some_and(|owner| owner.disabled);
        !record.revoked && !disabled && record.expires_at > now
    }))
}

/// The same for a token that is presented as a bearer token: one that is bound to a key is not accepted without a proof of
/// the key (RFC 9449 section 7.2, RFC 8705 section 3).
pub(crate) async fn active_bearer_token(
    base: &Base,
    keys: &Keys,
    text: &str,
) -> Result<Option<AccessTokenRecord>, StoreError> {
    let active = active_access_token(base, keys, text).await?;
    Ok(active.filter(|record| record.confirmation.is_none()))
}
