//! The columns of a client, the same in every database.

use pixie_oauth::SubjectType;
use pixie_provider::{Client, StoredSecret};

/// `true` if it calls people by names of its own.
pub(crate) fn is_pairwise(client: &Client) -> bool {
    client.subject_type == Some(SubjectType::Pairwise)
}

/// The hash of the token by which it changes itself.
pub(crate) fn registration_token(client: &Client) -> Option<[u8; 32]> {
    let token = client.dynamic.as_ref()?.token.as_ref()?;
    Some(*token.as_bytes())
}

/// The hash of its metadata.
pub(crate) fn identity(client: &Client) -> Option<[u8; 32]> {
    client.dynamic.as_ref()?.identity
}

/// The secret, if it was made by Pixie.
pub(crate) fn sha256(client: &Client) -> Option<&[u8; 32]> {
    match &client.secret {
        Some(StoredSecret::Sha256(hash)) => Some(hash),
        _ => None,
    }
}

/// The secret, if the client signs with it.
pub(crate) fn sealed(client: &Client) -> Option<&[u8]> {
    match &client.secret {
        Some(StoredSecret::Sealed(sealed)) => Some(sealed),
        _ => None,
    }
}

/// The secret, if people chose it.
pub(crate) fn argon2id(client: &Client) -> Option<&str> {
    match &client.secret {
        Some(StoredSecret::Argon2id(hash)) => Some(hash),
        _ => None,
    }
}
