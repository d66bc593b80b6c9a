//! Codes and access tokens in Postgres (RFC 6749 sections 4.1 and 4.4). One flow is two commands of a statement each if
//! no session and no consent is noted: the grant, and its redemption with the tokens.

use async_trait::async_trait;
use pixie_oauth::{CodeChallenge, Subject, TokenHash, kinds};
use pixie_provider::store::{
    AccessTokenRecord, CodeRecord, ExtendOutcome, ExtendRefreshToken, Grant, Grants, IssueGrant,
    NewAccessToken, NewEvent, NewGrant, RedeemCode, RedeemOutcome, RefreshTokenRecord, RevokeGrants,
    RevokeOutcome, RevokeToken, RotateOutcome, RotateRefreshToken, StoreError, WrongVerifier,
};
use pixie_provider::{AccountId, Timestamp};

use super::columns::{Result, json, plain};
use super::events::{self, record_if};
use super::multi_row::MultiRow;
use super::statement::{Statement, statement};
use super::{PostgresStore, consents, refresh, revoke, sessions};
use crate::rows;

/// The clients of several commands that registered themselves, locked in the order of their keys.
macro_rules! used_clients {
    () => {
        "used AS MATERIALIZED (
             SELECT 1 FROM (SELECT DISTINCT client FROM command ORDER BY client) AS command,
                 LATERAL (SELECT 1 FROM clients WHERE key = command.client AND dynamic FOR KEY SHARE) AS found)"
    };
}

/// A grant that ends with its session is dead from the start if a sign-out was faster: the session stays locked until
/// the grant is there, so that a sign-out either is over by now or waits and finds the grant.
///
/// A client that registered itself stays locked too: a sweep of clients without a grant waits and finds this one.
/// What a client has that is deleted by hand at this moment is dead because every look-up joins the client.
static INSERT_GRANT: MultiRow = MultiRow::command(
    "WITH alive AS MATERIALIZED (SELECT 1 FROM sessions WHERE id = $15 FOR KEY SHARE),
         used AS MATERIALIZED (SELECT 1 FROM clients WHERE key = $3 AND dynamic FOR KEY SHARE)
     INSERT INTO grants (id, code, client, user_id, scope, redirect_uri, challenge, challenge_method, issued_at,
         code_expires_at, expires_at, ends_at, audience, openid, session, redeemed_at, confirmation, subject,
         revoked_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
         CASE WHEN $15 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM alive) THEN $9 END
     FROM (SELECT count(*) FROM used) AS locked",
    "id, code, client, user_id, scope, redirect_uri, challenge, challenge_method, issued_at, code_expires_at,
         expires_at, ends_at, audience, openid, session, redeemed_at, confirmation, subject",
    concat!(
        "alive AS MATERIALIZED (
             SELECT found.id FROM (SELECT DISTINCT session FROM command ORDER BY session) AS command,
                 LATERAL (SELECT id FROM sessions WHERE id = command.session FOR KEY SHARE) AS found),
         ",
        used_clients!(),
        " INSERT INTO grants (id, code, client, user_id, scope, redirect_uri, challenge, challenge_method, issued_at,
             code_expires_at, expires_at, ends_at, audience, openid, session, redeemed_at, confirmation, subject,
             revoked_at)
         SELECT id, code, client, user_id, scope, redirect_uri, challenge, challenge_method, issued_at,
             code_expires_at, expires_at, ends_at, audience, openid, session, redeemed_at, confirmation, subject,
             CASE WHEN session IS NOT NULL AND NOT EXISTS (SELECT 1 FROM alive WHERE alive.id = command.session)
                 THEN issued_at END
         FROM command, (SELECT count(*) FROM used) AS locked WHERE id IS NOT NULL"
    ),
);

static INSERT_ACCESS_TOKEN: MultiRow = MultiRow::command(
    "WITH used AS MATERIALIZED (
         SELECT 1 FROM clients WHERE key = $3 AND dynamic FOR KEY SHARE)
     INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at, audience,
         confirmation)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM (SELECT count(*) FROM used) AS locked",
    "hash, grant_id, client, user_id, scope, issued_at, expires_at, audience, confirmation",
    concat!(
        used_clients!(),
        " INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at, audience,
             confirmation)
         SELECT hash, grant_id, client, user_id, scope, issued_at, expires_at, audience, confirmation
         FROM command, (SELECT count(*) FROM used) AS locked WHERE hash IS NOT NULL"
    ),
);

static FIND_CODE: MultiRow = MultiRow::lookup(
    "SELECT id, client, user_id, scope, redirect_uri, challenge, challenge_method, code_expires_at, expires_at,
         wrong_verifiers, audience, openid, confirmation, redeemed_at IS NOT NULL, subject
     FROM grants JOIN clients ON clients.key = grants.client WHERE code = $1",
);

/// A second command waits for the row, finds it redeemed, and issues nothing. Of several in one statement that redeem one
/// code, one changes the row. A command that disables the account or revokes its grants changes the same row: the later of the
/// two sees the change of the earlier.
macro_rules! redeem {
    ($recorded:expr) => {
        concat!(
            "WITH won AS (
         UPDATE grants SET redeemed_at = $3, ends_at = greatest(ends_at, $4)
         WHERE code = $1 AND (client = $2 AND redeemed_at IS NULL AND revoked_at IS NULL AND code_expires_at > $3
             AND EXISTS (SELECT 1 FROM clients WHERE key = $2)
             AND EXISTS (SELECT 1 FROM users WHERE id = grants.user_id AND disabled_at IS NULL)) IS TRUE
         RETURNING 1
     ), access AS (
         INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at, audience,
             confirmation)
         SELECT $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM won
     ), refresh AS (
         INSERT INTO refresh_tokens (hash, grant_id, scope, issued_at, expires_at)
         SELECT $14, $15, $16, $17, $18 FROM won WHERE $14 IS NOT NULL
     )",
            $recorded,
            " SELECT 1 FROM won"
        )
    };
}
static REDEEM: MultiRow = MultiRow::command(
    redeem!(""),
    "code, client, now, ends_at, access_hash, access_grant, access_client, access_user, access_scope,
         access_issued_at, access_expires_at, access_audience, access_confirmation, refresh_hash, refresh_grant,
         refresh_scope, refresh_issued_at, refresh_expires_at",
    "won AS (
         UPDATE grants SET redeemed_at = now, ends_at = greatest(grants.ends_at, command.ends_at) FROM command
         WHERE grants.code = command.code AND (grants.client = command.client AND redeemed_at IS NULL
             AND revoked_at IS NULL AND code_expires_at > now
             AND EXISTS (SELECT 1 FROM clients WHERE key = command.client)
             AND EXISTS (SELECT 1 FROM users WHERE id = grants.user_id AND disabled_at IS NULL)) IS TRUE
         RETURNING command.*
     ), access AS (
         INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at, audience,
             confirmation)
         SELECT access_hash, access_grant, access_client, access_user, access_scope, access_issued_at,
             access_expires_at, access_audience, access_confirmation FROM won
     ), refresh AS (
         INSERT INTO refresh_tokens (hash, grant_id, scope, issued_at, expires_at)
         SELECT refresh_hash, refresh_grant, refresh_scope, refresh_issued_at, refresh_expires_at FROM won
         WHERE refresh_hash IS NOT NULL
     ) SELECT number FROM won",
);
const REDEEM_RECORDED: &str = redeem!(concat!(", recorded AS (", record_if!("won", "$19"), ")"));

/// For the command that lost. It is correct on its own, after any other change: a code that was redeemed ends its
/// family, and one that has expired stays refused if the clock steps back. Returns `true` for the former.
const REPLAY: &str = "UPDATE grants SET revoked_at = coalesce(revoked_at, $3)
     WHERE code = $1 AND (client = $2 AND (redeemed_at IS NOT NULL OR code_expires_at <= $3)
         AND EXISTS (SELECT 1 FROM clients WHERE key = $2)) IS TRUE
     RETURNING redeemed_at IS NOT NULL";

/// A code that was redeemed is not touched: a stranger who replays it with an invented verifier must not end its family.
const WRONG_VERIFIER: &str = "UPDATE grants SET wrong_verifiers = wrong_verifiers + 1,
         revoked_at = CASE WHEN wrong_verifiers + 1 >= $2 THEN coalesce(revoked_at, $3) ELSE revoked_at END
     WHERE code = $1 AND redeemed_at IS NULL";

/// A token whose grant is gone counts as revoked, one whose person is gone as unknown.
static FIND_ACCESS_TOKEN: MultiRow = MultiRow::lookup(
    "SELECT tokens.client, clients.client_id, users.id, users.username,
         users.disabled_at IS NOT NULL, tokens.scope, tokens.issued_at, tokens.expires_at,
         tokens.revoked_at IS NOT NULL OR (tokens.grant_id IS NOT NULL
             AND (grants.id IS NULL OR grants.revoked_at IS NOT NULL)),
         tokens.audience, grants.openid, clients.pairwise, tokens.confirmation, users.subject
     FROM access_tokens AS tokens
     JOIN clients ON clients.key = tokens.client
     LEFT JOIN users ON users.id = tokens.user_id
     LEFT JOIN grants ON grants.id = tokens.grant_id
     WHERE tokens.hash = $1 AND (tokens.user_id IS NULL OR users.id IS NOT NULL)",
);

const LIST: &str =
    "SELECT id, client, scope, issued_at FROM grants JOIN clients ON clients.key = grants.client
     WHERE user_id = $1 AND revoked_at IS NULL
         AND (redeemed_at IS NOT NULL AND ends_at > $2 AND expires_at > $2) IS TRUE";

#[async_trait]
impl Grants for PostgresStore {
    async fn issue_grant(&self, command: IssueGrant, event: Option<NewEvent>) -> Result<(), StoreError> {
        let mut statements = issue_grant(&command)?;
        statements.extend(events::record(event.as_ref())?);
        if statements.is_empty() {
            return Ok(());
        }
        self.write_all(statements).await.map(drop)
    }

    async fn find_code(&self, code: TokenHash<kinds::Code>) -> Result<Option<CodeRecord>, StoreError> {
        let found = self.find(&FIND_CODE, code).await?;
        Ok(found.as_ref().map(rows::code).transpose()?)
    }

    async fn redeem_code(
        &self,
        command: RedeemCode,
        event: Option<NewEvent>,
    ) -> Result<RedeemOutcome, StoreError> {
        let redeem = events::with(redeem_code(&command)?, REDEEM_RECORDED, event.as_ref())?;
        let won = self.write(redeem).await?;
        if !won.is_empty() {
            return Ok(RedeemOutcome::Redeemed);
        }
        let replay = statement!(REPLAY, command.code, command.client, command.now);
        let replayed = self.write(replay).await?;
        Ok(match replayed.first().map(|row| plain(row, 0)).transpose()? {
            Some(true) => RedeemOutcome::AlreadyRedeemed,
            _ => RedeemOutcome::Gone,
        })
    }

    async fn note_wrong_verifier(&self, command: WrongVerifier) -> Result<(), StoreError> {
        let note = statement!(WRONG_VERIFIER, command.code, command.max_failures, command.now);
        self.write(note).await.map(drop)
    }

    async fn find_refresh_token(
        &self,
        token: TokenHash<kinds::Refresh>,
    ) -> Result<Option<RefreshTokenRecord>, StoreError> {
        let found = self.find(&refresh::FIND, token).await?;
        Ok(found.as_ref().map(rows::refresh_token).transpose()?)
    }

    async fn rotate_refresh_token(
        &self,
        command: RotateRefreshToken,
        event: Option<NewEvent>,
    ) -> Result<RotateOutcome, StoreError> {
        let won = self.write(refresh::rotate(&command, event.as_ref())?).await?;
        if !won.is_empty() {
            return Ok(RotateOutcome::Rotated);
        }
        let rows = self.write(refresh::repeat(&command)).await?;
        Ok(refresh::lost(&rows)?)
    }

    async fn extend_refresh_token(
        &self,
        command: ExtendRefreshToken,
        event: Option<NewEvent>,
    ) -> Result<ExtendOutcome, StoreError> {
        let won = self.write(refresh::extend(&command, event.as_ref())?).await?;
        Ok(if won.is_empty() {
            ExtendOutcome::Gone
        } else {
            ExtendOutcome::Extended
        })
    }

    async fn issue_access_token(
        &self,
        token: NewAccessToken,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError> {
        let mut statements = vec![insert_access_token(&token)?];
        statements.extend(events::record(event.as_ref())?);
        self.write_all(statements).await.map(drop)
    }

    async fn find_access_token(
        &self,
        token: TokenHash<kinds::Access>,
    ) -> Result<Option<AccessTokenRecord>, StoreError> {
        let found = self.find(&FIND_ACCESS_TOKEN, token).await?;
        Ok(found.as_ref().map(rows::access_token).transpose()?)
    }

    async fn revoke_token(
        &self,
        command: RevokeToken,
        event: Option<NewEvent>,
    ) -> Result<RevokeOutcome, StoreError> {
        let rows = self.write(revoke::token(command, event.as_ref())?).await?;
        Ok(revoke::outcome(&rows, command.client)?)
    }

    async fn revoke_grants(&self, command: RevokeGrants, event: Option<NewEvent>) -> Result<u64, StoreError> {
        let mut all = 0;
        // It is stored with the first of the commits, also if the others fail.
        let mut record = events::record(event.as_ref())?;
        loop {
            let mut statements = revoke::grants(command);
            let revocations = statements.len();
            statements.extend(record.take());
            let mut answers = self.write_all(statements).await?;
            answers.truncate(revocations);
            let ended = revoke::ended(&answers)?;
            all += ended.iter().sum::<u64>();
            if command.account.is_some() || ended.iter().all(|ended| *ended < revoke::AT_ONCE) {
                return Ok(all);
            }
        }
    }

    async fn list_grants(&self, account: AccountId, now: Timestamp) -> Result<Vec<Grant>, StoreError> {
        let found = self.read(statement!(LIST, account, now)).await?;
        let mut grants = found.iter().map(rows::grant).collect::<Result<Vec<_>>>()?;
        grants.sort_by_key(|grant| grant.id);
        Ok(grants)
    }
}

fn issue_grant(command: &IssueGrant) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    if let Some(grant) = &command.grant {
        statements.push(insert_grant(grant, command.access.as_ref())?);
    }
    if let Some(access) = &command.access {
        statements.push(insert_access_token(access)?);
    }
    statements.extend(
        command
            .signed_in
            .map(|(session, client)| sessions::note_client(session, client)),
    );
    statements.extend(command.consent.as_ref().map(consents::remember));
    Ok(statements)
}

fn insert_grant(grant: &NewGrant, access: Option<&NewAccessToken>) -> Result<Statement> {
    let code = grant.code.as_ref();
    let challenge = code.and_then(|code| code.challenge.as_ref());
    Ok(statement!(
        &INSERT_GRANT,
        grant.id,
        code.map(|code| code.hash),
        grant.client,
        grant.account,
        &grant.scope,
        code.map(|code| code.redirect_uri.as_str()),
        challenge.map(CodeChallenge::as_str),
        challenge.map(|challenge| challenge.method().as_str()),
        grant.issued_at,
        code.map(|code| code.expires_at),
        grant.expires_at,
        grant.ends_at(access),
        grant.audience.to_stored(),
        grant.openid.as_ref().map(json).transpose()?,
        grant.session,
        code.is_none().then_some(grant.issued_at),
        grant.confirmation.as_ref().map(json).transpose()?,
        grant.subject.as_ref().map(Subject::as_str),
    ))
}

fn redeem_code(command: &RedeemCode) -> Result<Statement> {
    let (access, refresh) = (&command.access, command.refresh.as_ref());
    Ok(statement!(
        &REDEEM,
        command.code,
        command.client,
        command.now,
        command.ends_at(),
        access.hash,
        access.grant,
        access.client,
        access.account,
        &access.scope,
        access.issued_at,
        access.expires_at,
        access.audience.to_stored(),
        access.confirmation.as_ref().map(json).transpose()?,
        refresh.map(|refresh| refresh.hash),
        refresh.map(|refresh| refresh.grant),
        refresh.map(|refresh| refresh.scope.to_string()),
        refresh.map(|refresh| refresh.issued_at),
        refresh.map(|refresh| refresh.expires_at),
    ))
}

fn insert_access_token(token: &NewAccessToken) -> Result<Statement> {
    Ok(statement!(
        &INSERT_ACCESS_TOKEN,
        token.hash,
        token.grant,
        token.client,
        token.account,
        &token.scope,
        token.issued_at,
        token.expires_at,
        token.audience.to_stored(),
        token.confirmation.as_ref().map(json).transpose()?,
    ))
}
