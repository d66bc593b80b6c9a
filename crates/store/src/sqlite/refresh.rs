//! Refresh tokens in SQLite: exchanged once, answered again for a moment, their reuse ends the family (RFC 9700 section
//! 4.14.2).

use pixie_oauth::{TokenHash, kinds};
use pixie_provider::GrantId;
use pixie_provider::Timestamp;
use pixie_provider::store::{
    ExtendOutcome, ExtendRefreshToken, NewRefreshToken, RefreshTokenRecord, RotateOutcome, RotateRefreshToken,
};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::grants::insert_access_token;
use crate::rows::{self, Id};

/// The conditions on the family, the user and the client, in every state of the token itself.
macro_rules! alive {
    () => {
        "hash = ?1 AND expires_at > ?3
    AND EXISTS (SELECT 1 FROM grants
        JOIN users ON users.id = grants.user AND users.disabled_at IS NULL
        JOIN clients ON clients.key = grants.client
        WHERE grants.id = refresh_tokens.grant_id AND grants.client = ?2 AND grants.revoked_at IS NULL
            AND grants.expires_at > ?3)"
    };
}

const EXCHANGE: &str = concat!(
    "UPDATE refresh_tokens SET rotated_at = ?5, answer_until = ?4 WHERE ",
    alive!(),
    " AND rotated_at IS NULL"
);

const EXTEND: &str = concat!(
    "UPDATE refresh_tokens SET expires_at = ?4 WHERE ",
    alive!(),
    " AND rotated_at IS NULL"
);

const END_FAMILY: &str = concat!(
    "UPDATE grants SET revoked_at = ?3 WHERE id = (SELECT grant_id FROM refresh_tokens WHERE ",
    alive!(),
    " AND rotated_at IS NOT NULL)"
);

const REPEATED_ANSWER: &str = concat!(
    "SELECT sealed FROM rotated_answers WHERE token = ?1 AND until = (SELECT answer_until FROM refresh_tokens WHERE ",
    alive!(),
    " AND rotated_at IS NOT NULL AND ?4 > 0 AND abs(?5 - rotated_at) <= 1000 * ?4)"
);

/// Stores a refresh token.
pub(super) fn insert(connection: &Connection, token: &NewRefreshToken) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO refresh_tokens (hash, grant_id, scope, issued_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            token.hash.as_bytes(),
            token.grant.bytes(),
            token.scope.to_string(),
            token.issued_at.seconds(),
            token.expires_at.seconds(),
        ])
        .map(drop)
}

/// A refresh token, rotated or not.
pub(super) fn find(
    connection: &Connection,
    token: &TokenHash<kinds::Refresh>,
) -> Result<Option<RefreshTokenRecord>> {
    connection
        .prepare_cached(
            "SELECT tokens.grant_id, grants.client, clients.client_id, users.id, users.username,
                 users.disabled_at IS NOT NULL, tokens.scope, tokens.issued_at, tokens.expires_at, grants.expires_at,
                 grants.revoked_at IS NOT NULL, tokens.rotated_at, answers.sealed,
                 grants.audience, grants.openid, clients.pairwise, grants.confirmation, users.subject
             FROM refresh_tokens AS tokens
             JOIN grants ON grants.id = tokens.grant_id
             JOIN clients ON clients.key = grants.client
             JOIN users ON users.id = grants.user
             LEFT JOIN rotated_answers AS answers ON answers.until = tokens.answer_until AND answers.token = tokens.hash
             WHERE tokens.hash = ?1"
        )?
        .query_row([token.as_bytes()], |row| rows::refresh_token(row))
        .optional()
}

/// Exchanges a refresh token.
pub(super) fn rotate(connection: &Connection, command: &RotateRefreshToken) -> Result<RotateOutcome> {
    let (hash, client) = (command.presented.as_bytes(), command.client.bytes());
    let now = command.now.seconds();
    let until = command.now.plus(command.grace).seconds();
    let won = connection.prepare_cached(EXCHANGE)?.execute(params![
        hash,
        client,
        now,
        until,
        command.milliseconds
    ])?;
    if won == 1 {
        keep_successor(connection, command, until)?;
        return Ok(RotateOutcome::Rotated);
    }
    if let Some(sealed) = repeated_answer(connection, command)? {
        return Ok(RotateOutcome::Repeated(sealed));
    }
    let reused = connection
        .prepare_cached(END_FAMILY)?
        .execute(params![hash, client, now])?;
    Ok(if reused == 1 {
        RotateOutcome::Reused
    } else {
        RotateOutcome::Gone
    })
}

fn keep_successor(connection: &Connection, command: &RotateRefreshToken, until: i64) -> Result<()> {
    insert(connection, &command.successor)?;
    insert_access_token(connection, &command.access)?;
    connection
        .prepare_cached("INSERT INTO rotated_answers (until, token, sealed) VALUES (?1, ?2, ?3)")?
        .execute(params![
            until,
            command.presented.as_bytes(),
            command.sealed_answer
        ])?;
    keep_grant(connection, Some(command.successor.grant), command.ends_at())
}

/// Keeps a grant as long as the last of its tokens, so that their reuse is found.
fn keep_grant(connection: &Connection, grant: Option<GrantId>, ends_at: Timestamp) -> Result<()> {
    connection
        .prepare_cached("UPDATE grants SET ends_at = ?2 WHERE id = ?1 AND ends_at < ?2")?
        .execute(params![grant.map(Id::bytes), ends_at.seconds()])
        .map(drop)
}

/// Moves the end of a refresh token that does not rotate, and stores the access token that comes with it.
pub(super) fn extend(connection: &Connection, command: &ExtendRefreshToken) -> Result<ExtendOutcome> {
    let extended = connection.prepare_cached(EXTEND)?.execute(params![
        command.presented.as_bytes(),
        command.client.bytes(),
        command.now.seconds(),
        command.expires_at.seconds(),
    ])?;
    if extended == 0 {
        return Ok(ExtendOutcome::Gone);
    }
    insert_access_token(connection, &command.access)?;
    keep_grant(connection, command.access.grant, command.ends_at())?;
    Ok(ExtendOutcome::Extended)
}

/// The answer of an exchange not longer ago than the grace, before or after, should the clock have stepped.
fn repeated_answer(connection: &Connection, command: &RotateRefreshToken) -> Result<Option<Vec<u8>>> {
    connection
        .prepare_cached(REPEATED_ANSWER)?
        .query_row(
            params![
                command.presented.as_bytes(),
                command.client.bytes(),
                command.now.seconds(),
                command.grace,
                command.milliseconds,
            ],
            |row| row.get(0),
        )
        .optional()
}
