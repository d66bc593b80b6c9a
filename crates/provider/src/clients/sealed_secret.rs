//! The secrets of clients that sign with them (`client_secret_jwt`): sealed in the store, because the server needs the
//! secret itself to verify. No other secret is kept so.

use pixie_oauth::ClientSecret;
use zeroize::Zeroizing;

use crate::entities::{Client, StoredSecret};
use crate::ids::ClientKey;
use crate::keys::PurposeKeys;
use crate::randomness::Randomness;
use crate::seal::SealError;

/// Seals a secret for one client.
pub(crate) fn seal(
    keys: &PurposeKeys,
    client: ClientKey,
    secret: &ClientSecret,
    randomness: &dyn Randomness,
) -> Result<StoredSecret, SealError> {
    let (plain, context) = (secret.expose().as_bytes(), client.as_uuid());
    let sealed = keys.client_secrets.seal(plain, context.as_bytes(), randomness)?;
    Ok(StoredSecret::Sealed(sealed))
}

/// The secret of a client, if it is stored sealed and was sealed for this client by this server.
pub(crate) fn open(keys: &PurposeKeys, client: &Client) -> Option<Zeroizing<Vec<u8>>> {
    match &client.secret {
        Some(StoredSecret::Sealed(sealed)) => {
            let context = client.key.as_uuid();
            keys.client_secrets.open(sealed, context.as_bytes())
        }
        _ => None,
    }
}

/// Returns `true` if a text is the secret of a client that is stored sealed.
pub(crate) fn is_secret(keys: &PurposeKeys, client: &Client, presented: &ClientSecret) -> bool {
    open(keys, client).is_some_and(|secret| {
        let stored = std::str::from_utf8(&secret).ok().map(ClientSecret::parse);
        matches!(stored, Some(Ok(stored)) if presented.matches(&stored.sha256()))
    })
}
