//! Readers of rows of account links.

use pixie_provider::{AccountLink, AccountLinkKind, LinkPurpose, Username};

use super::{Read, Row, count, id, optional_id, optional_json, optional_text, parsed, time};

/// Reads a link.
pub(crate) fn account_link<R: Row>(row: &R) -> Read<AccountLink, R> {
    let kind = parsed(row, 0, |word| {
        AccountLinkKind::parse(word).ok_or("it is no kind of link")
    })?;
    let purpose = match kind {
        AccountLinkKind::Invitation => LinkPurpose::Invitation {
            username: optional_text(row, 3)?.map(Username::from_stored),
            groups: optional_json(row, 4)?.unwrap_or_default(),
        },
        AccountLinkKind::Reset => LinkPurpose::Reset {
            account: id(row, 1)?,
            removes_factors: row.flag(2)?,
        },
    };
    Ok(AccountLink {
        purpose,
        uses_left: count(row, 5)?,
        made_by: optional_id(row, 6)?,
        made_at: time(row, 7)?,
        ends_at: time(row, 8)?,
    })
}
