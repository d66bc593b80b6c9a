//! Grants with their codes and tokens, and consents.

use pixie_oauth::{ChallengeMethod, CodeChallenge, RedirectUri};
use pixie_provider::AccountId;
use pixie_provider::store::{
    AccessTokenRecord, CodeRecord, Consent, Grant, RefreshTokenRecord, RotatedAnswer, TokenOwner,
};

use super::{
    Read, Row, audience, client_id, confirmation, count, id, openid, optional_bytes, optional_id,
    optional_number, optional_text, parsed, scope, subject, text, time,
};

/// Reads a code.
pub(crate) fn code<R: Row>(row: &R) -> Read<CodeRecord, R> {
    Ok(CodeRecord {
        grant: id(row, 0)?,
        client: id(row, 1)?,
        account: id(row, 2)?,
        subject: subject(row, 14)?,
        scope: scope(row, 3)?,
        redirect_uri: RedirectUri::from_stored(text(row, 4)?),
        challenge: challenge(row)?,
        audience: audience(row, 10)?,
        openid: openid(row, 11)?,
        confirmation: confirmation(row, 12)?,
        expires_at: time(row, 7)?,
        grant_expires_at: time(row, 8)?,
        wrong_verifiers: count(row, 9)?,
        redeemed: row.flag(13)?,
    })
}

fn challenge<R: Row>(row: &R) -> Read<Option<CodeChallenge>, R> {
    let Some(challenge) = optional_text(row, 5)? else {
        return Ok(None);
    };
    let method = parsed(row, 6, ChallengeMethod::parse)?;
    Ok(Some(CodeChallenge::from_stored(challenge, method)))
}

/// Reads an access token.
pub(crate) fn access_token<R: Row>(row: &R) -> Read<AccessTokenRecord, R> {
    Ok(AccessTokenRecord {
        client: id(row, 0)?,
        client_id: client_id(row, 1)?,
        pairwise: row.flag(11)?,
        owner: match optional_id(row, 2)? {
            Some(account) => Some(owner(row, account, 3, 13)?),
            None => None,
        },
        scope: scope(row, 5)?,
        audience: audience(row, 9)?,
        openid: openid(row, 10)?,
        confirmation: confirmation(row, 12)?,
        issued_at: time(row, 6)?,
        expires_at: time(row, 7)?,
        revoked: row.flag(8)?,
    })
}

/// Reads a refresh token, rotated or not.
pub(crate) fn refresh_token<R: Row>(row: &R) -> Read<RefreshTokenRecord, R> {
    let rotated = match optional_number(row, 11)? {
        Some(milliseconds) => Some(RotatedAnswer {
            milliseconds,
            sealed: optional_bytes(row, 12)?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(RefreshTokenRecord {
        grant: id(row, 0)?,
        client: id(row, 1)?,
        client_id: client_id(row, 2)?,
        pairwise: row.flag(15)?,
        owner: owner(row, id(row, 3)?, 4, 17)?,
        scope: scope(row, 6)?,
        audience: audience(row, 13)?,
        openid: openid(row, 14)?,
        confirmation: confirmation(row, 16)?,
        issued_at: time(row, 7)?,
        expires_at: time(row, 8)?,
        grant_expires_at: time(row, 9)?,
        revoked: row.flag(10)?,
        rotated,
    })
}

/// Reads a user's name and whether the account is disabled from two columns, and the given subject from another.
fn owner<R: Row>(row: &R, id: AccountId, first: usize, given: usize) -> Read<TokenOwner, R> {
    Ok(TokenOwner {
        id,
        subject: subject(row, given)?,
        username: text(row, first)?,
        disabled: row.flag(first + 1)?,
    })
}

/// Reads a grant.
pub(crate) fn grant<R: Row>(row: &R) -> Read<Grant, R> {
    Ok(Grant {
        id: id(row, 0)?,
        client: id(row, 1)?,
        scope: scope(row, 2)?,
        issued_at: time(row, 3)?,
    })
}

/// Reads a consent.
pub(crate) fn consent<R: Row>(row: &R) -> Read<Consent, R> {
    Ok(Consent {
        account: id(row, 0)?,
        client: id(row, 1)?,
        scope: scope(row, 2)?,
        granted_at: time(row, 3)?,
        device_uri: Some(text(row, 4)?).filter(|uri| !uri.is_empty()),
    })
}
