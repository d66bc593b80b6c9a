//! The refresh token grant: rotation, a short grace for repeated requests, reuse ends the family (RFC 6749 section 6,
//! RFC 9700 section 4.14.2).

use pixie_oauth::{Audience, GrantType, RefreshToken, Scope, TokenHash, kinds};
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entities::Client;
use crate::ids::GrantId;
use crate::randomness::Randomness;
use crate::scopes::known::OPENID_SCOPE;
use crate::scopes::rule::narrowed;
use crate::seal::{CipherError, SealingKey};
use crate::store::{NewRefreshToken, OpenIdGrant, RefreshTokenRecord, RotateOutcome, RotateRefreshToken};
use crate::token::refusal::TokenRefusal;
use crate::token::request::TokenRequest;
use crate::token::response::{IssuedTokens, TokenResponse};
use crate::tokens::access_token;
use crate::tokens::access_token::{AccessTokenFor, MintedAccessToken};
use crate::tokens::id_token;
use crate::tokens::id_token::IdTokenFor;

/// Reads the token, decides, issues, rotates.
pub(crate) async fn run(
    context: &Context,
    request: &TokenRequest<'_>,
) -> Result<TokenResponse, TokenRefusal> {
    let presented = RefreshToken::parse(request.required("refresh_token")?)
        .map_err(|_| TokenRefusal::UnknownRefreshToken)?;
    let hash = presented.hash();
    let record = context
        .base
        .store
        .find_refresh_token(hash)
        .await?
        .ok_or(TokenRefusal::UnknownRefreshToken)?;
    decide(request.client.client(), &record, request.now)?;
    let (client, scopes) = (request.client.client(), &context.base.settings.scopes);
    let scope = narrowed(request.optional("scope"), &record.scope, client, scopes)?;
    rotate(context, request, (&presented, hash), &record, scope).await
}

/// Decides if this client may refresh with this token now. The guarded command decides if it was used before.
fn decide(client: &Client, token: &RefreshTokenRecord, now: Timestamp) -> Result<(), TokenRefusal> {
    if token.client != client.key {
        return Err(TokenRefusal::ForeignRefreshToken);
    }
    if token.revoked || token.owner.disabled {
        return Err(TokenRefusal::RevokedRefreshToken);
    }
    if token.expires_at <= now || token.grant_expires_at <= now {
        return Err(TokenRefusal::ExpiredRefreshToken);
    }
    Ok(())
}

async fn rotate(
    context: &Context,
    request: &TokenRequest<'_>,
    (presented, hash): (&RefreshToken, TokenHash<kinds::Refresh>),
    record: &RefreshTokenRecord,
    scope: Scope,
) -> Result<TokenResponse, TokenRefusal> {
    let (client, now) = (request.client.client(), request.now);
    let lifetimes = context.base.settings.lifetimes;
    let successor = context.base.random_token()?;
    let audience = request.audience(&record.audience)?;
    let access = access_token::issue_access_token(
        &context.base,
        &context.keys,
        AccessTokenFor {
            client,
            account: Some(record.owner.id),
            grant: Some(record.grant),
            scope: &scope,
            audience: &audience,
            openid: record.openid.as_ref(),
            confirmation: record.confirmation.as_ref(),
            now,
        },
    )
    .await?;
    let id_token = refreshed_id_token(context, request, record, &scope, &access).await?;
    let response = TokenResponse::new(&IssuedTokens {
        access: &access.text,
        expires_in: access.expires_in,
        scope: &scope,
        refresh: Some(&successor),
        id_token: id_token.as_ref().map(|token| token.as_str()),
    });
    let seal = AnswerSeal::of(presented, record.grant)?;
    let refresh = Refresh {
        scope: &scope,
        audience: &audience,
    };
    let command = RotateRefreshToken {
        presented: hash,
        client: client.key,
        now,
        milliseconds: context.base.milliseconds(),
        grace: lifetimes.refresh_grace,
        successor: NewRefreshToken {
            hash: successor.hash(),
            grant: record.grant,
            // A narrower access token does not narrow what may be asked for next time (RFC 6749 section 6).
            scope: record.scope.clone(),
            issued_at: now,
            expires_at: now
                .plus(lifetimes.refresh_token_idle)
                .min(record.grant_expires_at),
        },
        access: access.stored,
        sealed_answer: seal.seal(&refresh, &response, &*context.base.randomness)?,
    };
    let event = request.event_to_store(&context.base, GrantType::RefreshToken);
    let outcome = context.base.store.rotate_refresh_token(command, event).await?;
    match outcome {
        RotateOutcome::Rotated => Ok(response),
        RotateOutcome::Repeated(sealed) => seal.open(&sealed, &refresh),
        RotateOutcome::Reused => Err(TokenRefusal::ReusedRefreshToken),
        RotateOutcome::Gone => Err(TokenRefusal::RevokedRefreshToken),
    }
}

/// An id token that says what the first one said, but for when it was issued (OpenID Connect Core section 12.2). It has no
/// nonce, which belongs to the request that the person made.
async fn refreshed_id_token(
    context: &Context,
    request: &TokenRequest<'_>,
    record: &RefreshTokenRecord,
    scope: &Scope,
    access: &MintedAccessToken,
) -> Result<Option<Zeroizing<String>>, TokenRefusal> {
    let openid = match &record.openid {
        Some(openid) if scope.has(OPENID_SCOPE) => OpenIdGrant {
            nonce: None,
            ..openid.clone()
        },
        _ => return Ok(None),
    };
    let new_id_token = IdTokenFor {
        client: request.client.client(),
        account: record.owner.id,
        known_account: None,
        scope,
        openid: &openid,
        access_token: Some(&access.text),
        code: None,
        alone: false,
        now: request.now,
    };
    Ok(Some(
        id_token::issue_id_token(&context.base, &context.keys, new_id_token).await?,
    ))
}

/// The parameters of a refresh request: a repeated request gets the first response only if they are the same.
struct Refresh<'a> {
    scope: &'a Scope,
    audience: &'a Audience,
}

impl Refresh<'_> {
    /// The text that is sealed: the requested scope and resources, each on a line, and the response. Scope and resources have
    /// no line breaks.
    fn with_answer(&self, response: &TokenResponse) -> Zeroizing<String> {
        let audience = self.audience.to_stored().unwrap_or_default();
        Zeroizing::new(format!("{}\n{audience}\n{}", self.scope, response.expose()))
    }

    /// Compares the scope and resources of an opened text with these, and returns its response. `None` if the text has another
    /// form.
    fn compared_with(&self, opened: &[u8]) -> Option<(bool, Zeroizing<String>)> {
        let text = std::str::from_utf8(opened).ok()?;
        let (scope, rest) = text.split_once('\n')?;
        let (audience, response) = rest.split_once('\n')?;
        let same = Scope::parse(scope).is_ok_and(|scope| scope == *self.scope)
            && Audience::from_stored(audience) == *self.audience;
        Some((same, Zeroizing::new(response.to_owned())))
    }
}

/// Seals an answer so that only the holder of the refresh token presented can have it again: the store, which knows
/// hashes only, cannot open it.
struct AnswerSeal {
    key: SealingKey,
    context: GrantId,
}

impl AnswerSeal {
    fn of(presented: &RefreshToken, grant: GrantId) -> Result<Self, CipherError> {
        Ok(Self {
            key: SealingKey::derive(presented.expose().as_bytes(), "refresh answer")?,
            context: grant,
        })
    }

    fn seal(
        &self,
        refresh: &Refresh<'_>,
        response: &TokenResponse,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, TokenRefusal> {
        let plain = refresh.with_answer(response);
        let context = self.context.as_uuid();
        Ok(self.key.seal(plain.as_bytes(), context.as_bytes(), randomness)?)
    }

    /// The first response again, if this request has the same scope and audience: a client must not take a token for one
    /// resource to another.
    fn open(&self, sealed: &[u8], refresh: &Refresh<'_>) -> Result<TokenResponse, TokenRefusal> {
        let opened = self.key.open(sealed, self.context.as_uuid().as_bytes());
        let opened = opened.ok_or(TokenRefusal::ReusedRefreshToken)?;
        let (same, response) = refresh
            .compared_with(&opened)
            .ok_or(TokenRefusal::ReusedRefreshToken)?;
        if same {
            Ok(TokenResponse::repeated(response))
        } else {
            Err(TokenRefusal::RepeatedForOther)
        }
    }
}

#[cfg(test)]
mod tests;
