//! Clients.

use pixie_oauth::{RedirectUri, Rules};
use pixie_provider::{Client, DynamicRegistration, SecretHash};

use super::{
    Read, Row, client_id, id, number, optional_hash, optional_id, optional_sha256, optional_text, parsed,
    time,
};
use crate::registration::Registration;

/// Reads a client.
pub(crate) fn client<R: Row>(row: &R) -> Read<Client, R> {
    let registration: Registration = parsed(row, 3, |json| serde_json::from_str(json))?;
    Ok(Client {
        key: id(row, 0)?,
        id: client_id(row, 1)?,
        name: registration.name,
        owner: optional_id(row, 2)?,
        client_uri: registration.client_uri,
        policy_uri: registration.policy_uri,
        tos_uri: registration.tos_uri,
        redirect_uris: registration
            .redirect_uris
            .into_iter()
            .map(RedirectUri::from_stored)
            .collect(),
        allowed_origins: registration.allowed_origins,
        grant_types: registration.grant_types,
        auth_method: registration.auth_method,
        secret: secret(row)?,
        scope: registration.scope,
        default_scope: registration.default_scope,
        trusted: registration.trusted,
        rules: Rules::new(registration.profile, registration.relaxations),
        openid: registration.openid,
        dynamic: dynamic(row)?,
        revision: number(row, 6)?,
        created_at: time(row, 7)?,
        updated_at: time(row, 8)?,
    })
}

fn secret<R: Row>(row: &R) -> Read<Option<SecretHash>, R> {
    match (optional_sha256(row, 4)?, optional_text(row, 5)?) {
        (Some(sha256), None) => Ok(Some(SecretHash::Sha256(sha256))),
        (None, Some(argon2id)) => Ok(Some(SecretHash::Argon2id(argon2id))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(R::unreadable(5, "two secrets")),
    }
}

fn dynamic<R: Row>(row: &R) -> Read<Option<DynamicRegistration>, R> {
    if !row.flag(9)? {
        return Ok(None);
    }
    Ok(Some(DynamicRegistration {
        token: optional_hash(row, 10)?,
        identity: optional_sha256(row, 11)?,
    }))
}
