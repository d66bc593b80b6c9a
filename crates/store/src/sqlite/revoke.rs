//! Ending tokens in SQLite (RFC 7009): an access token alone, a refresh token with its family, all of a person or client.

use pixie_oauth::{TokenHash, kinds};
use pixie_provider::ClientKey;
use pixie_provider::store::{RevocableToken, RevokeGrants, RevokeOutcome, RevokeToken};
use rusqlite::{Connection, OptionalExtension, Result, ToSql, params};

use crate::rows::{Id, id};

/// Ends a token.
pub(super) fn token(connection: &Connection, command: RevokeToken) -> Result<RevokeOutcome> {
    let now = command.now.seconds();
    match command.token {
        RevocableToken::Access(hash) => access(connection, &hash, command.client, now),
        RevocableToken::Refresh(hash) => refresh(connection, &hash, command.client, now),
    }
}

fn access(
    connection: &Connection,
    hash: &TokenHash<kinds::Access>,
    client: Option<ClientKey>,
    now: i64,
) -> Result<RevokeOutcome> {
    let revoked = connection
        .prepare_cached(
            "UPDATE access_tokens SET revoked_at = coalesce(revoked_at, ?3)
             WHERE hash = ?1 AND (?2 IS NULL OR client = ?2) AND EXISTS (SELECT 1 FROM clients WHERE key = client)",
        )?
        .execute(params![hash.as_bytes(), client.map(Id::bytes), now])?;
    if revoked == 1 {
        return Ok(RevokeOutcome::Revoked);
    }
    let holder = connection
        .prepare_cached(
            "SELECT client FROM access_tokens JOIN clients ON clients.key = access_tokens.client WHERE hash = ?1",
        )?
        .query_row([hash.as_bytes()], |row| id::<ClientKey, _>(row, 0))
        .optional()?;
    Ok(not_revoked(holder))
}

fn refresh(
    connection: &Connection,
    hash: &TokenHash<kinds::Refresh>,
    client: Option<ClientKey>,
    now: i64,
) -> Result<RevokeOutcome> {
    let revoked = connection
        .prepare_cached(
            "UPDATE grants SET revoked_at = coalesce(revoked_at, ?3)
             WHERE id = (SELECT grant_id FROM refresh_tokens WHERE hash = ?1) AND (?2 IS NULL OR client = ?2)
                 AND EXISTS (SELECT 1 FROM clients WHERE key = client)",
        )?
        .execute(params![hash.as_bytes(), client.map(Id::bytes), now])?;
    if revoked == 1 {
        return Ok(RevokeOutcome::Revoked);
    }
    let holder = connection
        .prepare_cached(
            "SELECT client FROM refresh_tokens JOIN grants ON grants.id = refresh_tokens.grant_id
             JOIN clients ON clients.key = grants.client WHERE hash = ?1",
        )?
        .query_row([hash.as_bytes()], |row| id::<ClientKey, _>(row, 0))
        .optional()?;
    Ok(not_revoked(holder))
}

fn not_revoked(holder: Option<ClientKey>) -> RevokeOutcome {
    holder.map_or(RevokeOutcome::Unknown, |_| RevokeOutcome::Foreign)
}

/// Ends all families and single tokens that are asked for; how many of them were alive.
pub(super) fn grants(connection: &Connection, command: RevokeGrants) -> Result<u64> {
    let now = command.now.seconds();
    let (user, client) = (command.user.map(Id::bytes), command.client.map(Id::bytes));
    // Each is a statement of its own, so that each finds its index.
    let (which, parameters): (&str, Vec<&dyn ToSql>) = match (&user, &client) {
        (Some(user), Some(client)) => ("AND user = ?2 AND client = ?3", vec![&now, user, client]),
        (Some(user), None) => ("AND user = ?2", vec![&now, user]),
        (None, Some(client)) => ("AND client = ?2", vec![&now, client]),
        (None, None) => ("", vec![&now]),
    };
    let families = connection
        .prepare_cached(&format!(
            "UPDATE grants SET revoked_at = ?1 WHERE revoked_at IS NULL AND ends_at > ?1 {which}"
        ))?
        .execute(&parameters[..])?;
    let single = connection
        .prepare_cached(&format!(
            "UPDATE access_tokens SET revoked_at = ?1
             WHERE revoked_at IS NULL AND grant_id IS NULL AND expires_at > ?1 {which}"
        ))?
        .execute(&parameters[..])?;
    Ok((families + single) as u64)
}
