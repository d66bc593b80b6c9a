//! Readers of client rows.

use pixie_oauth::ClientMetadata;
use pixie_provider::{Client, ClientKey, DynamicRegistration, StoredSecret};

use super::{
    Read, Row, client_id, id, number, optional_bytes, optional_hash, optional_id, optional_sha256,
    optional_text, parsed, text, time,
};

/// Reads a client.
pub(crate) fn client<R: Row>(row: &R) -> Read<Client, R> {
    let metadata = parsed(row, 3, ClientMetadata::from_stored)?;
    let client = Client {
        owner: optional_id(row, 2)?,
        secret: secret(row)?,
        dynamic: dynamic(row)?,
        revision: number(row, 6)?,
        updated_at: time(row, 8)?,
        ..Client::new(id(row, 0)?, client_id(row, 1)?, time(row, 7)?)
    };
    client
        .with_stored(metadata)
        .map_err(|error| R::unreadable(3, error))
}

/// Reads the key of a client and its name.
pub(crate) fn named_client<R: Row>(row: &R) -> Read<(ClientKey, String), R> {
    Ok((id(row, 0)?, text(row, 1)?))
}

fn secret<R: Row>(row: &R) -> Read<Option<StoredSecret>, R> {
    match (
        optional_sha256(row, 4)?,
        optional_text(row, 5)?,
        optional_bytes(row, 12)?,
    ) {
        (Some(sha256), None, None) => Ok(Some(StoredSecret::Sha256(sha256))),
        (None, Some(argon2id), None) => Ok(Some(StoredSecret::Argon2id(argon2id))),
        (None, None, Some(sealed)) => Ok(Some(StoredSecret::Sealed(sealed))),
        (None, None, None) => Ok(None),
        _ => Err(R::unreadable(5, "two secrets")),
    }
}

fn dynamic<R: Row>(row: &R) -> Read<Option<DynamicRegistration>, R> {
    if !row.flag(9)? {
        return Ok(None);
    }
    Ok(Some(DynamicRegistration {
        token: optional_hash(row, 10)?,
        identity: optional_sha256(row, 11)?,
    }))
}
