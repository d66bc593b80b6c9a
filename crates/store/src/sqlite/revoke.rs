//! Ending tokens in SQLite (RFC 7009): an access token alone, a refresh token with its family, all of a person or client.

use pixie_provider::ClientKey;
use pixie_provider::store::{RevocableToken, RevokeGrants, RevokeOutcome, RevokeToken};
use rusqlite::{Connection, OptionalExtension, Result, ToSql, params};

use crate::rows::{Id, id};

const ACCESS: &str = "UPDATE access_tokens SET revoked_at = ?3
     WHERE hash = ?1 AND (?2 IS NULL OR client = ?2) AND revoked_at IS NULL
         AND EXISTS (SELECT 1 FROM clients WHERE key = client)";

const HOLDER_OF_ACCESS: &str = "SELECT client FROM access_tokens
     JOIN clients ON clients.key = access_tokens.client WHERE hash = ?1";

const REFRESH: &str = "UPDATE grants SET revoked_at = ?3
     WHERE id = (SELECT grant_id FROM refresh_tokens WHERE hash = ?1) AND (?2 IS NULL OR client = ?2)
         AND revoked_at IS NULL AND EXISTS (SELECT 1 FROM clients WHERE key = client)";

const HOLDER_OF_REFRESH: &str = "SELECT client FROM refresh_tokens
     JOIN grants ON grants.id = refresh_tokens.grant_id JOIN clients ON clients.key = grants.client WHERE hash = ?1";

/// Ends a token; with the outcome, whether it was alive.
pub(super) fn token(connection: &Connection, command: RevokeToken) -> Result<(RevokeOutcome, bool)> {
    let (hash, end, holder) = match &command.token {
        RevocableToken::Access(hash) => (hash.as_bytes(), ACCESS, HOLDER_OF_ACCESS),
        RevocableToken::Refresh(hash) => (hash.as_bytes(), REFRESH, HOLDER_OF_REFRESH),
    };
    let client = command.client.map(Id::bytes);
    let ended = connection
        .prepare_cached(end)?
        .execute(params![hash, client, command.now.seconds()])?;
    if ended == 1 {
        return Ok((RevokeOutcome::Revoked, true));
    }
    let holder: Option<ClientKey> = connection
        .prepare_cached(holder)?
        .query_row([hash], |row| id(row, 0))
        .optional()?;
    let outcome = match holder {
        None => RevokeOutcome::Unknown,
        Some(holder) if command.client.is_none_or(|client| client == holder) => RevokeOutcome::Revoked,
        Some(_) => RevokeOutcome::Foreign,
    };
    Ok((outcome, false))
}

/// Ends all families and single tokens that are asked for; how many of them were alive.
pub(super) fn grants(connection: &Connection, command: RevokeGrants) -> Result<u64> {
    let now = command.now.seconds();
    let (account, client) = (command.account.map(Id::bytes), command.client.map(Id::bytes));
    // Each is a statement of its own, so that each finds its index.
    let (which, parameters): (&str, Vec<&dyn ToSql>) = match (&account, &client) {
        (Some(account), Some(client)) => ("AND user = ?2 AND client = ?3", vec![&now, account, client]),
        (Some(account), None) => ("AND user = ?2", vec![&now, account]),
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
