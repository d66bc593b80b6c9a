//! Refresh tokens in Postgres: exchanged once, answered again for a moment, their reuse ends the family (RFC 9700 section
//! 4.14.2).

use pixie_provider::store::{ExtendRefreshToken, NewEvent, RotateOutcome, RotateRefreshToken};
use tokio_postgres::Row;

use super::columns::{Result, json, plain};
use super::events::{self, record_if};
use super::multi_row::MultiRow;
use super::statement::{Statement, statement};

/// The conditions on the family, the user and the client, in every state of the token itself: the token's hash, the client
/// and now, which are `$1`, `$2` and `$3` unless they are given.
///
/// None of these rows is locked. A successor that is made while its family is revoked, its person disabled or its client
/// deleted belongs to that family, person and client, and is as dead as they are.
macro_rules! alive {
    () => {
        alive!("$1", "$2", "$3")
    };
    ($hash:literal, $client:literal, $now:literal) => {
        concat!(
            "refresh_tokens.hash = ",
            $hash,
            " AND (refresh_tokens.expires_at > ",
            $now,
            " AND EXISTS (SELECT 1 FROM grants
                 JOIN users ON users.id = grants.user_id AND users.disabled_at IS NULL
                 JOIN clients ON clients.key = grants.client
                 WHERE grants.id = refresh_tokens.grant_id
                     AND (grants.client = ",
            $client,
            " AND grants.revoked_at IS NULL AND grants.expires_at > ",
            $now,
            ") IS TRUE)) IS TRUE"
        )
    };
}

/// A refresh token, rotated or not.
pub(super) static FIND: MultiRow = MultiRow::lookup(
    "SELECT tokens.grant_id, grants.client, clients.client_id, users.id, users.username,
         users.disabled_at IS NOT NULL, tokens.scope, tokens.issued_at, tokens.expires_at, grants.expires_at,
         grants.revoked_at IS NOT NULL, tokens.rotated_at, answers.sealed,
         grants.audience, grants.openid, clients.pairwise, grants.confirmation, users.subject
     FROM refresh_tokens AS tokens
     JOIN grants ON grants.id = tokens.grant_id
     JOIN clients ON clients.key = grants.client
     JOIN users ON users.id = grants.user_id
     LEFT JOIN rotated_answers AS answers ON answers.until = tokens.answer_until AND answers.token = tokens.hash
     WHERE tokens.hash = $1",
);

/// A second command waits for the token's row, finds it rotated, and issues nothing. The grant is kept as long as the
/// last of its tokens, so that their reuse is found.
macro_rules! rotate {
    ($recorded:expr) => {
        concat!(
            "WITH won AS (
         UPDATE refresh_tokens SET rotated_at = $21, answer_until = $4 WHERE ",
            alive!(),
            " AND rotated_at IS NULL RETURNING 1
     ), successor AS (
         INSERT INTO refresh_tokens (hash, grant_id, scope, issued_at, expires_at)
         SELECT $5, $6, $7, $8, $9 FROM won
     ), access AS (
         INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at, audience,
             confirmation)
         SELECT $10, $11, $12, $13, $14, $15, $16, $17, $18 FROM won
     ), answer AS (
         INSERT INTO rotated_answers (until, token, sealed) SELECT $4, $1, $19 FROM won
     ), kept AS (
         UPDATE grants SET ends_at = $20 WHERE id = $6 AND (ends_at < $20) IS TRUE AND EXISTS (SELECT 1 FROM won)
     )",
            $recorded,
            " SELECT 1 FROM won"
        )
    };
}
static ROTATE: MultiRow = MultiRow::command(
    rotate!(""),
    "presented, presented_by, now, until, hash, grant_id, scope, issued_at, expires_at, access_hash, access_grant,
         access_client, access_user, access_scope, access_issued_at, access_expires_at, access_audience,
         access_confirmation, sealed, ends_at, milliseconds",
    concat!(
        "won AS (
             UPDATE refresh_tokens SET rotated_at = milliseconds, answer_until = until FROM command WHERE ",
        alive!("command.presented", "command.presented_by", "command.now"),
        " AND rotated_at IS NULL RETURNING command.*
         ), successor AS (
             INSERT INTO refresh_tokens (hash, grant_id, scope, issued_at, expires_at)
             SELECT hash, grant_id, scope, issued_at, expires_at FROM won
         ), access AS (
             INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at, audience,
                 confirmation)
             SELECT access_hash, access_grant, access_client, access_user, access_scope, access_issued_at,
                 access_expires_at, access_audience, access_confirmation FROM won
         ), answer AS (
             INSERT INTO rotated_answers (until, token, sealed) SELECT until, presented, sealed FROM won
         ), kept AS (
             UPDATE grants SET ends_at = won.ends_at FROM won
             WHERE grants.id = won.grant_id AND (grants.ends_at < won.ends_at) IS TRUE
         ) SELECT number FROM won"
    ),
);
const ROTATE_RECORDED: &str = rotate!(concat!(", recorded AS (", record_if!("won", "$22"), ")"));

/// A second command waits for the token's row, and extends it again.
macro_rules! extend {
    ($recorded:expr) => {
        concat!(
            "WITH won AS (
         UPDATE refresh_tokens SET expires_at = $4 WHERE ",
            alive!(),
            " AND rotated_at IS NULL RETURNING 1
     ), access AS (
         INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at, audience,
             confirmation)
         SELECT $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM won
     ), kept AS (
         UPDATE grants SET ends_at = $14 WHERE id = $6 AND (ends_at < $14) IS TRUE AND EXISTS (SELECT 1 FROM won)
     )",
            $recorded,
            " SELECT 1 FROM won"
        )
    };
}
const EXTEND: &str = extend!("");
const EXTEND_RECORDED: &str = extend!(concat!(", recorded AS (", record_if!("won", "$15"), ")"));

/// For the command that lost. It sees the winner's row, and is correct on its own, after any other change. It returns
/// the answer of an exchange that is not longer ago than the grace, before or after (the clock may have stepped);
/// otherwise the family ends. Of many that reuse a token at once one ends the family, and the others find it ended.
const REPEAT: &str = concat!(
    "WITH rotated AS (
         SELECT grant_id, rotated_at, answer_until FROM refresh_tokens WHERE ",
    alive!(),
    " AND rotated_at IS NOT NULL
     ), repeated AS (
         SELECT sealed FROM rotated_answers WHERE token = $1
             AND until = (SELECT answer_until FROM rotated WHERE $4 > 0 AND abs($5 - rotated_at) <= 1000 * $4)
     ), reused AS (
         UPDATE grants SET revoked_at = $3 WHERE id = (SELECT grant_id FROM rotated) AND (revoked_at IS NULL) IS TRUE
             AND NOT EXISTS (SELECT 1 FROM repeated)
         RETURNING 1
     )
     SELECT (SELECT sealed FROM repeated), EXISTS (SELECT 1 FROM reused)"
);

/// Exchanges a refresh token; returns a row if this command won.
pub(super) fn rotate(command: &RotateRefreshToken, event: Option<&NewEvent>) -> Result<Statement> {
    let (successor, access) = (&command.successor, &command.access);
    let rotate = statement!(
        &ROTATE,
        command.presented,
        command.client,
        command.now,
        command.now.plus(command.grace),
        successor.hash,
        successor.grant,
        &successor.scope,
        successor.issued_at,
        successor.expires_at,
        access.hash,
        access.grant,
        access.client,
        access.account,
        &access.scope,
        access.issued_at,
        access.expires_at,
        access.audience.to_stored(),
        access.confirmation.as_ref().map(json).transpose()?,
        command.sealed_answer.clone(),
        command.ends_at(),
        command.milliseconds,
    );
    events::with(rotate, ROTATE_RECORDED, event)
}

/// Issues an access token with a refresh token that does not rotate; returns a row if it is still alive.
pub(super) fn extend(command: &ExtendRefreshToken, event: Option<&NewEvent>) -> Result<Statement> {
    let access = &command.access;
    let extend = statement!(
        EXTEND,
        command.presented,
        command.client,
        command.now,
        command.expires_at,
        access.hash,
        access.grant,
        access.client,
        access.account,
        &access.scope,
        access.issued_at,
        access.expires_at,
        access.audience.to_stored(),
        access.confirmation.as_ref().map(json).transpose()?,
        command.ends_at(),
    );
    events::with(extend, EXTEND_RECORDED, event)
}

/// Finds out what a lost exchange means.
pub(super) fn repeat(command: &RotateRefreshToken) -> Statement {
    statement!(
        REPEAT,
        command.presented,
        command.client,
        command.now,
        command.grace,
        command.milliseconds
    )
}

/// Reads the result of [`repeat`].
pub(super) fn lost(rows: &[Row]) -> Result<RotateOutcome> {
    let Some(row) = rows.first() else {
        return Ok(RotateOutcome::Gone);
    };
    if let Some(sealed) = plain(row, 0)? {
        return Ok(RotateOutcome::Repeated(sealed));
    }
    Ok(if plain(row, 1)? {
        RotateOutcome::Reused
    } else {
        RotateOutcome::Gone
    })
}
