//! Codes and access tokens in SQLite (RFC 6749 sections 4.1 and 4.4). One flow is four inserts or updates: the grant,
//! its redemption, the access token, the refresh token.

use async_trait::async_trait;
use pixie_oauth::{CodeChallenge, Subject, TokenHash, kinds};
use pixie_provider::store::{
    AccessTokenRecord, CodeRecord, ExtendOutcome, ExtendRefreshToken, Grant, Grants, IssueGrant,
    NewAccessToken, NewEvent, NewGrant, RedeemCode, RedeemOutcome, RefreshTokenRecord, RevokeGrants,
    RevokeOutcome, RevokeToken, RotateOutcome, RotateRefreshToken, StoreError, WrongVerifier,
};
use pixie_provider::{AccountId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::json;
use super::{SqliteStore, consents, refresh, revoke, sessions};
use crate::rows::{self, Id};

#[async_trait]
impl Grants for SqliteStore {
    async fn issue_grant(&self, command: IssueGrant, event: Option<NewEvent>) -> Result<(), StoreError> {
        self.write_recorded(
            event,
            |()| true,
            move |connection| issue_grant(connection, &command),
        )
        .await
    }

    async fn find_code(&self, code: TokenHash<kinds::Code>) -> Result<Option<CodeRecord>, StoreError> {
        self.read(|connection| find_code(connection, &code))
    }

    async fn redeem_code(
        &self,
        command: RedeemCode,
        event: Option<NewEvent>,
    ) -> Result<RedeemOutcome, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == RedeemOutcome::Redeemed,
            move |connection| redeem_code(connection, &command),
        )
        .await
    }

    async fn note_wrong_verifier(&self, command: WrongVerifier) -> Result<(), StoreError> {
        self.write(move |connection| note_wrong_verifier(connection, command))
            .await
    }

    async fn find_refresh_token(
        &self,
        token: TokenHash<kinds::Refresh>,
    ) -> Result<Option<RefreshTokenRecord>, StoreError> {
        self.read(|connection| refresh::find(connection, &token))
    }

    async fn rotate_refresh_token(
        &self,
        command: RotateRefreshToken,
        event: Option<NewEvent>,
    ) -> Result<RotateOutcome, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == RotateOutcome::Rotated,
            move |connection| refresh::rotate(connection, &command),
        )
        .await
    }

    async fn extend_refresh_token(
        &self,
        command: ExtendRefreshToken,
        event: Option<NewEvent>,
    ) -> Result<ExtendOutcome, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == ExtendOutcome::Extended,
            move |connection| refresh::extend(connection, &command),
        )
        .await
    }

    async fn issue_access_token(
        &self,
        token: NewAccessToken,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError> {
        self.write_recorded(
            event,
            |()| true,
            move |connection| insert_access_token(connection, &token),
        )
        .await
    }

    async fn find_access_token(
        &self,
        token: TokenHash<kinds::Access>,
    ) -> Result<Option<AccessTokenRecord>, StoreError> {
        self.read(|connection| find_access_token(connection, &token))
    }

    async fn revoke_token(
        &self,
        command: RevokeToken,
        event: Option<NewEvent>,
    ) -> Result<RevokeOutcome, StoreError> {
        let revoked = self.write_recorded(
            event,
            |(_, was_alive)| *was_alive,
            move |connection| revoke::token(connection, command),
        );
        revoked.await.map(|(outcome, _)| outcome)
    }

    async fn revoke_grants(&self, command: RevokeGrants, event: Option<NewEvent>) -> Result<u64, StoreError> {
        self.write_recorded(
            event,
            |_| true,
            move |connection| revoke::grants(connection, command),
        )
        .await
    }

    async fn list_grants(&self, account: AccountId, now: Timestamp) -> Result<Vec<Grant>, StoreError> {
        self.read(|connection| list(connection, account, now))
    }
}

fn issue_grant(connection: &Connection, command: &IssueGrant) -> Result<()> {
    if let Some(grant) = &command.grant {
        insert_grant(connection, grant, command.access.as_ref())?;
    }
    if let Some(access) = &command.access {
        insert_access_token(connection, access)?;
    }
    if let Some((session, client)) = command.signed_in {
        sessions::note_client(connection, session, client)?;
    }
    match &command.consent {
        Some(consent) => consents::remember(connection, consent),
        None => Ok(()),
    }
}

/// A grant that ends with its session is dead from the start if a sign-out was faster.
fn insert_grant(connection: &Connection, grant: &NewGrant, access: Option<&NewAccessToken>) -> Result<()> {
    let code = grant.code.as_ref();
    let challenge = code.and_then(|code| code.challenge.as_ref());
    connection
        .prepare_cached(
            "INSERT INTO grants (id, code, client, user, scope, redirect_uri, challenge, challenge_method, issued_at,
                 code_expires_at, expires_at, ends_at, audience, openid, session, redeemed_at, confirmation, subject,
                 revoked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 CASE WHEN ?15 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = ?15) THEN ?9 END)",
        )?
        .execute(params![
            grant.id.bytes(),
            code.map(|code| code.hash.as_bytes().to_owned()),
            grant.client.bytes(),
            grant.account.bytes(),
            grant.scope.to_string(),
            code.map(|code| code.redirect_uri.as_str()),
            challenge.map(CodeChallenge::as_str),
            challenge.map(|challenge| challenge.method().as_str()),
            grant.issued_at.seconds(),
            code.map(|code| code.expires_at.seconds()),
            grant.expires_at.seconds(),
            grant.ends_at(access).seconds(),
            grant.audience.to_stored(),
            grant.openid.as_ref().map(json).transpose()?,
            grant.session.map(Id::bytes),
            code.is_none().then_some(grant.issued_at.seconds()),
            grant.confirmation.as_ref().map(json).transpose()?,
            grant.subject.as_ref().map(Subject::as_str),
        ])
        .map(drop)
}

fn find_code(connection: &Connection, code: &TokenHash<kinds::Code>) -> Result<Option<CodeRecord>> {
    connection
        .prepare_cached(
            "SELECT id, client, user, scope, redirect_uri, challenge, challenge_method, code_expires_at, expires_at,
                 wrong_verifiers, audience, openid, confirmation, redeemed_at IS NOT NULL, subject
             FROM grants JOIN clients ON clients.key = grants.client WHERE code = ?1",
        )?
        .query_row([code.as_bytes()], |row| rows::code(row))
        .optional()
}

fn redeem_code(connection: &Connection, command: &RedeemCode) -> Result<RedeemOutcome> {
    let (now, client) = (command.now.seconds(), command.client.bytes());
    let won = connection
        .prepare_cached(
            "UPDATE grants SET redeemed_at = ?3, ends_at = max(ends_at, ?4)
             WHERE code = ?1 AND client = ?2 AND redeemed_at IS NULL AND revoked_at IS NULL AND code_expires_at > ?3
                 AND EXISTS (SELECT 1 FROM clients WHERE key = ?2)
                 AND EXISTS (SELECT 1 FROM users WHERE id = grants.user AND disabled_at IS NULL)",
        )?
        .execute(params![command.code.as_bytes(), client, now, command.ends_at().seconds()])?;
    if won == 1 {
        insert_access_token(connection, &command.access)?;
        if let Some(refresh) = &command.refresh {
            refresh::insert(connection, refresh)?;
        }
        return Ok(RedeemOutcome::Redeemed);
    }
    let replayed = connection
        .prepare_cached(
            "UPDATE grants SET revoked_at = coalesce(revoked_at, ?3)
             WHERE code = ?1 AND client = ?2 AND redeemed_at IS NOT NULL
                 AND EXISTS (SELECT 1 FROM clients WHERE key = ?2)",
        )?
        .execute(params![command.code.as_bytes(), client, now])?;
    if replayed == 1 {
        return Ok(RedeemOutcome::AlreadyRedeemed);
    }
    connection
        .prepare_cached(
            "UPDATE grants SET revoked_at = ?3
             WHERE code = ?1 AND client = ?2 AND revoked_at IS NULL AND code_expires_at <= ?3",
        )?
        .execute(params![command.code.as_bytes(), client, now])?;
    Ok(RedeemOutcome::Gone)
}

/// A code that was redeemed is not touched: a stranger who replays it with an invented verifier must not end its family.
fn note_wrong_verifier(connection: &Connection, command: WrongVerifier) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE grants SET wrong_verifiers = wrong_verifiers + 1,
                 revoked_at = CASE WHEN wrong_verifiers + 1 >= ?2 THEN coalesce(revoked_at, ?3) ELSE revoked_at END
             WHERE code = ?1 AND redeemed_at IS NULL",
        )?
        .execute(params![
            command.code.as_bytes(),
            command.max_failures,
            command.now.seconds(),
        ])
        .map(drop)
}

/// Stores an access token, of a family or single.
pub(super) fn insert_access_token(connection: &Connection, token: &NewAccessToken) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO access_tokens (hash, grant_id, client, user, scope, issued_at, expires_at, audience,
                 confirmation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            token.hash.as_bytes(),
            token.grant.map(Id::bytes),
            token.client.bytes(),
            token.account.map(Id::bytes),
            token.scope.to_string(),
            token.issued_at.seconds(),
            token.expires_at.seconds(),
            token.audience.to_stored(),
            token.confirmation.as_ref().map(json).transpose()?,
        ])
        .map(drop)
}

/// A token whose grant is gone counts as revoked, one whose person is gone as unknown.
fn find_access_token(
    connection: &Connection,
    token: &TokenHash<kinds::Access>,
) -> Result<Option<AccessTokenRecord>> {
    connection
        .prepare_cached(
            "SELECT tokens.client, clients.client_id, users.id, users.username, users.disabled_at IS NOT NULL,
                 tokens.scope, tokens.issued_at, tokens.expires_at,
                 tokens.revoked_at IS NOT NULL OR (tokens.grant_id IS NOT NULL
                     AND (grants.id IS NULL OR grants.revoked_at IS NOT NULL)),
                 tokens.audience, grants.openid, clients.pairwise, tokens.confirmation, users.subject
             FROM access_tokens AS tokens
             JOIN clients ON clients.key = tokens.client
             LEFT JOIN users ON users.id = tokens.user
             LEFT JOIN grants ON grants.id = tokens.grant_id
             WHERE tokens.hash = ?1 AND (tokens.user IS NULL OR users.id IS NOT NULL)"
        )?
        .query_row([token.as_bytes()], |row| rows::access_token(row))
        .optional()
}

fn list(connection: &Connection, account: AccountId, now: Timestamp) -> Result<Vec<Grant>> {
    connection
        .prepare_cached(
            "SELECT id, client, scope, issued_at
             FROM grants JOIN clients ON clients.key = grants.client
             WHERE user = ?1 AND revoked_at IS NULL AND redeemed_at IS NOT NULL AND ends_at > ?2 AND expires_at > ?2
             ORDER BY id",
        )?
        .query_map(params![account.bytes(), now.seconds()], |row| rows::grant(row))?
        .collect()
}
