//! Credentials of accounts.

use pixie_provider::store::Guesses;
use pixie_provider::{AccountId, Credential, CredentialKind, CredentialSecret};

use super::{Read, Row, id, number, optional_text, optional_time, parsed, present, time};

/// Reads a credential from the first columns.
pub(crate) fn credential<R: Row>(row: &R) -> Read<Credential, R> {
    let kind = parsed(row, 1, |word| {
        CredentialKind::parse(word).ok_or("it is no kind of credential")
    })?;
    let lookup = row.bytes(3)?.map(<[u8; 32]>::try_from).transpose();
    Ok(Credential {
        id: id(row, 0)?,
        kind,
        label: optional_text(row, 2)?,
        lookup: lookup.map_err(|_| R::unreadable(3, "it has not 32 bytes"))?,
        secret: CredentialSecret::from_stored(present::<_, R>(4, row.bytes(4)?)?.to_vec()),
        counter: number(row, 5)?,
        created_at: time(row, 6)?,
        last_used_at: optional_time(row, 7)?,
    })
}

/// Reads a credential, and then its account.
pub(crate) fn owned_credential<R: Row>(row: &R) -> Read<(AccountId, Credential), R> {
    Ok((id(row, 8)?, credential(row)?))
}

/// Reads a count of guesses.
pub(crate) fn guesses<R: Row>(row: &R) -> Read<Guesses, R> {
    Ok(Guesses {
        count: number(row, 0)?,
        ends_at: time(row, 1)?,
    })
}
