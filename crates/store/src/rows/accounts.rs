//! Readers of account rows.

use pixie_oauth::UserClaims;
use pixie_provider::{Account, ExternalId, Username};

use super::{Read, Row, id, optional_json, optional_text, optional_time, subject, text, time};

/// How many columns [`user`] reads.
pub(super) const USER_COLUMNS: usize = 12;

/// Reads an account from the first columns of a row.
pub(crate) fn account<R: Row>(row: &R) -> Read<Account, R> {
    Ok(Account {
        id: id(row, 0)?,
        username: Username::from_stored(text(row, 1)?),
        name: optional_text(row, 2)?,
        email: optional_text(row, 3)?,
        administrator: row.flag(4)?,
        disabled_at: optional_time(row, 5)?,
        created_at: time(row, 6)?,
        updated_at: time(row, 7)?,
        claims: UserClaims::from_stored(optional_json(row, 8)?.unwrap_or_default()),
        groups: optional_json(row, 9)?.unwrap_or_default(),
        external_id: optional_text(row, 10)?
            .map(|text| ExternalId::parse(&text).map_err(|error| R::unreadable(10, error)))
            .transpose()?,
        subject: subject(row, 11)?,
    })
}
