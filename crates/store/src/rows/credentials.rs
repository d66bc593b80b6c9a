//! Credentials of accounts.

use pixie_provider::{Credential, CredentialKind, CredentialSecret, PasswordHash};

use super::{Read, Row, id, optional_text, optional_time, parsed, text, time};

/// Reads a credential.
pub(crate) fn credential<R: Row>(row: &R) -> Read<Credential, R> {
    let kind = parsed(row, 1, |word| {
        CredentialKind::parse(word).ok_or("it is no kind of credential")
    })?;
    Ok(Credential {
        id: id(row, 0)?,
        label: optional_text(row, 2)?,
        secret: match kind {
            CredentialKind::Password => CredentialSecret::Password(PasswordHash::from_phc(text(row, 3)?)),
            _ => return Err(R::unreadable(1, "it is no kind of credential")),
        },
        created_at: time(row, 4)?,
        last_used_at: optional_time(row, 5)?,
    })
}

/// The text that is stored of a secret.
pub(crate) fn stored_secret(secret: &CredentialSecret) -> Option<&str> {
    match secret {
        CredentialSecret::Password(hash) => Some(hash.as_phc()),
        _ => None,
    }
}
