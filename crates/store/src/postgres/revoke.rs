//! Ending tokens in Postgres (RFC 7009): an access token alone, a refresh token with its family, all of a person or client.

use pixie_provider::store::{NewEvent, RevocableToken, RevokeGrants, RevokeOutcome, RevokeToken};
use pixie_provider::{AccountId, ClientKey, CredentialId, Timestamp};
use tokio_postgres::Row;

use super::columns::Result;
use super::events::{self, record_if};
use super::lanes::Answers;
use super::statement::{Statement, statement};
use crate::rows::{count, id};

macro_rules! access {
    ($recorded:expr) => {
        concat!(
            "WITH ended AS (
         UPDATE access_tokens SET revoked_at = $3
         WHERE hash = $1 AND (($2 IS NULL OR client = $2) AND revoked_at IS NULL) IS TRUE
         RETURNING 1
     )",
            $recorded,
            " SELECT client FROM access_tokens JOIN clients ON clients.key = access_tokens.client WHERE hash = $1"
        )
    };
}
const ACCESS: &str = access!("");
const ACCESS_RECORDED: &str = access!(concat!(", recorded AS (", record_if!("ended", "$4"), ")"));

macro_rules! refresh {
    ($recorded:expr) => {
        concat!(
            "WITH family AS (
         SELECT grants.id, grants.client FROM refresh_tokens
         JOIN grants ON grants.id = refresh_tokens.grant_id JOIN clients ON clients.key = grants.client
         WHERE hash = $1
     ), ended AS (
         UPDATE grants SET revoked_at = $3
         WHERE id = (SELECT id FROM family) AND (($2 IS NULL OR client = $2) AND revoked_at IS NULL) IS TRUE
         RETURNING 1
     )",
            $recorded,
            " SELECT client FROM family"
        )
    };
}
const REFRESH: &str = refresh!("");
const REFRESH_RECORDED: &str = refresh!(concat!(", recorded AS (", record_if!("ended", "$4"), ")"));

/// Families and single tokens are a statement each, and so is each choice of them, so that each finds its index.
macro_rules! end {
    ($which:literal) => {
        [
            concat!(
                "WITH ended AS (UPDATE grants SET revoked_at = $1 WHERE revoked_at IS NULL AND (ends_at > $1) IS TRUE",
                $which,
                " RETURNING 1) SELECT count(*) FROM ended"
            ),
            concat!(
                "WITH ended AS (UPDATE access_tokens SET revoked_at = $1
                     WHERE revoked_at IS NULL AND grant_id IS NULL AND (expires_at > $1) IS TRUE",
                $which,
                " RETURNING 1) SELECT count(*) FROM ended"
            ),
        ]
    };
}
const OF_BOTH: [&str; 2] = end!(" AND user_id = $2 AND (client = $3) IS TRUE");
const OF_PERSON: [&str; 2] = end!(" AND user_id = $2");

const OF_GONE_PERSON: [&str; 2] =
    end!(" AND user_id = $2 AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = $2)");
const OF_PERSON_IF: [&str; 2] = end!(
    " AND user_id = $2
         AND EXISTS (SELECT 1 FROM credentials WHERE credentials.user_id = $2 AND credentials.id = $3)"
);

/// A client may have millions of tokens: one statement ends this number of them, so that no other command waits long.
pub(super) const AT_ONCE: u64 = 5000;

macro_rules! end_some {
    ($families:literal, $single:literal) => {
        [
            concat!(
                "WITH ended AS (UPDATE grants SET revoked_at = $1 WHERE id = ANY (ARRAY(
                     SELECT id FROM grants WHERE revoked_at IS NULL AND ",
                $families,
                " LIMIT 5000 FOR UPDATE)) RETURNING 1) SELECT count(*) FROM ended"
            ),
            concat!(
                "WITH ended AS (UPDATE access_tokens SET revoked_at = $1 WHERE hash = ANY (ARRAY(
                     SELECT hash FROM access_tokens
                     WHERE revoked_at IS NULL AND grant_id IS NULL AND ",
                $single,
                " LIMIT 5000 FOR UPDATE)) RETURNING 1) SELECT count(*) FROM ended"
            ),
        ]
    };
}
const OF_CLIENT: [&str; 2] = end_some!(
    "client = $2 AND (ends_at > $1) IS TRUE",
    "client = $2 AND (expires_at > $1) IS TRUE"
);
const OF_ALL: [&str; 2] = end_some!("ends_at > $1", "expires_at > $1");

/// Ends a token; a row with whose it is, if it is known.
pub(super) fn token(command: RevokeToken, event: Option<&NewEvent>) -> Result<Statement> {
    let (client, now) = (command.client, command.now);
    match command.token {
        RevocableToken::Access(hash) => {
            events::with(statement!(ACCESS, hash, client, now), ACCESS_RECORDED, event)
        }
        RevocableToken::Refresh(hash) => {
            events::with(statement!(REFRESH, hash, client, now), REFRESH_RECORDED, event)
        }
    }
}

/// The outcome for the token: it is revoked now, or was before, unless it is another client's.
pub(super) fn outcome(rows: &[Row], requester: Option<ClientKey>) -> Result<RevokeOutcome> {
    let Some(row) = rows.first() else {
        return Ok(RevokeOutcome::Unknown);
    };
    let holder: ClientKey = id(row, 0)?;
    Ok(if requester.is_none_or(|client| client == holder) {
        RevokeOutcome::Revoked
    } else {
        RevokeOutcome::Foreign
    })
}

/// Ends all families and single tokens that are asked for, those of a client or of all at most [`AT_ONCE`] of each. A grant
/// that is redeemed at this moment is waited for and ended; one that is made at this moment comes after.
pub(super) fn grants(command: RevokeGrants) -> Vec<Statement> {
    let now = command.now;
    let each = |[families, single]: [&'static str; 2], of: &dyn Fn(&'static str) -> Statement| {
        vec![of(families), of(single)]
    };
    match (command.account, command.client) {
        (Some(account), Some(client)) => each(OF_BOTH, &|sql| statement!(sql, now, account, client)),
        (Some(account), None) => each(OF_PERSON, &|sql| statement!(sql, now, account)),
        (None, Some(client)) => each(OF_CLIENT, &|sql| statement!(sql, now, client)),
        (None, None) => each(OF_ALL, &|sql| statement!(sql, now)),
    }
}

/// Ends all families and single tokens of an account that is gone.
pub(super) fn of_gone_person(account: AccountId, now: Timestamp) -> [Statement; 2] {
    OF_GONE_PERSON.map(|sql| statement!(sql, now, account))
}

/// Ends all families and single tokens of a person if they have this credential.
pub(super) fn of_person_if(account: AccountId, credential: CredentialId, now: Timestamp) -> Vec<Statement> {
    let end = |sql| statement!(sql, now, account, credential);
    OF_PERSON_IF.map(end).into()
}

/// How many of each were alive and are ended.
pub(super) fn ended(answers: &Answers) -> Result<Vec<u64>> {
    answers.iter().flatten().map(|row| count(row, 0)).collect()
}
