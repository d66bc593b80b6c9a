//! Accounts.

use pixie_oauth::UserClaims;
use pixie_provider::{PasswordHash, User, Username};

use super::{Read, Row, id, optional_json, optional_text, optional_time, parsed, time};

/// How many columns [`user`] reads.
pub(super) const USER_COLUMNS: usize = 11;

/// Reads an account from the first columns of a row.
pub(crate) fn user<R: Row>(row: &R) -> Read<User, R> {
    Ok(User {
        id: id(row, 0)?,
        username: parsed(row, 1, Username::parse)?,
        name: optional_text(row, 2)?,
        email: optional_text(row, 3)?,
        password: optional_text(row, 4)?.map(PasswordHash::from_phc),
        administrator: row.flag(5)?,
        disabled_at: optional_time(row, 6)?,
        created_at: time(row, 7)?,
        updated_at: time(row, 8)?,
        claims: UserClaims::from_stored(optional_json(row, 9)?.unwrap_or_default()),
        groups: optional_json(row, 10)?.unwrap_or_default(),
    })
}
