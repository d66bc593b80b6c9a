//! Readers of rows of sessions, and of logouts that clients are notified of.

use std::convert::Infallible;

use pixie_oauth::{Acr, AuthenticationMethods};
use pixie_provider::store::{ListedSession, LogoutDelivery, SessionRecord};

use super::accounts::USER_COLUMNS;
use super::{Read, Row, account, count, id, parsed, subject, time};

/// Reads a session with its account.
pub(crate) fn session<R: Row>(row: &R) -> Read<SessionRecord, R> {
    Ok(SessionRecord {
        account: account(row)?,
        id: id(row, USER_COLUMNS)?,
        methods: parsed(row, USER_COLUMNS + 1, |text| {
            Ok::<_, Infallible>(AuthenticationMethods::parse(text))
        })?,
        acr: parsed(row, USER_COLUMNS + 2, Acr::parse)?,
        authenticated_at: time(row, USER_COLUMNS + 3)?,
        last_seen_at: time(row, USER_COLUMNS + 4)?,
        expires_at: time(row, USER_COLUMNS + 5)?,
    })
}

/// Reads a session in the list of those of an account.
pub(crate) fn listed_session<R: Row>(row: &R) -> Read<ListedSession, R> {
    Ok(ListedSession {
        id: id(row, 0)?,
        methods: parsed(row, 1, |text| {
            Ok::<_, Infallible>(AuthenticationMethods::parse(text))
        })?,
        acr: parsed(row, 2, Acr::parse)?,
        authenticated_at: time(row, 3)?,
        last_seen_at: time(row, 4)?,
        expires_at: time(row, 5)?,
    })
}

/// Reads a delivery; its attempts include the one that is about to be made.
pub(crate) fn logout_delivery<R: Row>(row: &R) -> Read<LogoutDelivery, R> {
    Ok(LogoutDelivery {
        session: id(row, 0)?,
        client: id(row, 1)?,
        account: id(row, 2)?,
        subject: subject(row, 5)?,
        attempts: count(row, 3)?,
        ended_at: time(row, 4)?,
    })
}
