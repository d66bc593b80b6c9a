//! A refresh token that rotates: a short grace for repeated requests, reuse ends the family (RFC 9700 section 4.14.2).

use pixie_oauth::{Audience, GrantType, RefreshToken, Scope};
use zeroize::Zeroizing;

use super::{Refresh, RefreshedTokens};
use crate::clients::lifetimes::lifetimes_of;
use crate::context::Context;
use crate::ids::GrantId;
use crate::randomness::Randomness;
use crate::seal::{CipherError, SealingKey};
use crate::store::{NewRefreshToken, RotateOutcome, RotateRefreshToken};
use crate::token::refusal::TokenRefusal;
use crate::token::request::TokenRequest;
use crate::token::response::TokenResponse;

/// Exchanges the refresh token for a successor.
pub(super) async fn rotate(
    context: &Context,
    request: &TokenRequest<'_>,
    refresh: Refresh<'_>,
    tokens: RefreshedTokens,
) -> Result<TokenResponse, TokenRefusal> {
    let Refresh {
        presented,
        hash,
        record,
        scope,
        audience,
    } = refresh;
    let (client, now) = (request.client.client(), request.now);
    let lifetimes = lifetimes_of(client, &context.base.settings.lifetimes);
    let successor = context.base.random_token()?;
    let response = tokens.response(scope, &successor);
    let seal = AnswerSeal::of(presented, record.grant)?;
    let requested = Requested { scope, audience };
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
        access: tokens.access.stored,
        sealed_answer: seal.seal(&requested, &response, &*context.base.randomness)?,
    };
    let event = request.event_to_store(&context.base, GrantType::RefreshToken);
    let outcome = context.base.store.rotate_refresh_token(command, event).await?;
    match outcome {
        RotateOutcome::Rotated => Ok(response),
        RotateOutcome::Repeated(sealed) => seal.open(&sealed, &requested),
        RotateOutcome::Reused => Err(TokenRefusal::ReusedRefreshToken),
        RotateOutcome::Gone => Err(TokenRefusal::RevokedRefreshToken),
    }
}

/// The parameters of a refresh request: a repeated request gets the first response only if they are the same.
struct Requested<'a> {
    scope: &'a Scope,
    audience: &'a Audience,
}

impl Requested<'_> {
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
        requested: &Requested<'_>,
        response: &TokenResponse,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, TokenRefusal> {
        let plain = requested.with_answer(response);
        let context = self.context.as_uuid();
        Ok(self.key.seal(plain.as_bytes(), context.as_bytes(), randomness)?)
    }

    /// The first response again, if this request has the same scope and audience: a client must not take a token for one
    /// resource to another.
    fn open(&self, sealed: &[u8], requested: &Requested<'_>) -> Result<TokenResponse, TokenRefusal> {
        let opened = self.key.open(sealed, self.context.as_uuid().as_bytes());
        let opened = opened.ok_or(TokenRefusal::ReusedRefreshToken)?;
        let (same, response) = requested
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
