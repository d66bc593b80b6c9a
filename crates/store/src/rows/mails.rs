//! The reader of mails that wait to be sent.

use pixie_provider::store::WaitingMail;

use super::{Read, Row, bytes, count, id, optional_id, parsed, time};

/// Reads a mail; its attempts include the one that is about to be made.
pub(crate) fn waiting_mail<R: Row>(row: &R) -> Read<WaitingMail, R> {
    Ok(WaitingMail {
        id: id(row, 0)?,
        kind: parsed(row, 1, str::parse)?,
        account: optional_id(row, 2)?,
        sealed: bytes(row, 3)?,
        attempts: count(row, 4)?,
        created_at: time(row, 5)?,
        expires_at: time(row, 6)?,
    })
}
