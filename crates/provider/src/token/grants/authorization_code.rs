//! The authorization code grant at the token endpoint (RFC 6749 section 4.1.3, RFC 7636 section 4.6).

use pixie_oauth::{AuthorizationCode, CodeVerifier, GrantType, TokenHash, kinds};

use crate::base::Base;
use crate::clients::lifetimes::lifetimes_of;
use crate::clock::Timestamp;
use crate::entities::Client;
use crate::keys::Keys;
use crate::store::{CodeRecord, NewRefreshToken, RedeemCode, RedeemOutcome, WrongVerifier};
use crate::token::refusal::TokenRefusal;
use crate::token::request::TokenRequest;
use crate::token::response::{IssuedTokens, TokenResponse};
use crate::tokens::access_token;
use crate::tokens::access_token::AccessTokenFor;
use crate::tokens::id_token;
use crate::tokens::id_token::IdTokenFor;

/// Wrong verifiers after which a code is worth nothing.
const MAX_WRONG_VERIFIERS: u32 = 5;

/// The parameters that the client presents.
struct Presented<'a> {
    redirect_uri: Option<&'a str>,
    verifier: Option<&'a str>,
}

/// Reads the code, decides, issues, redeems.
pub(crate) async fn run(
    base: &Base,
    keys: &Keys,
    request: &TokenRequest<'_>,
) -> Result<TokenResponse, TokenRefusal> {
    let code = AuthorizationCode::parse(request.required("code")?)
        .map_err(|_| TokenRefusal::UnknownCode)?
        .hash();
    let presented = Presented {
        redirect_uri: request.optional("redirect_uri"),
        verifier: request.optional("code_verifier"),
    };
    let record = base
        .store
        .find_code(code)
        .await?
        .ok_or(TokenRefusal::UnknownCode)?;
    if let Err(refusal) = decide(&presented, request.client.client(), &record) {
        return Err(note_guess(base, refusal, code, request.now).await?);
    }
    redeem(base, keys, request, code, &record).await
}

/// Decides if this client, presenting this, may redeem this code. The guarded command decides if it is in time and not
/// used before: a code that was used ends its tokens also when it has expired since.
fn decide(presented: &Presented<'_>, client: &Client, code: &CodeRecord) -> Result<(), TokenRefusal> {
    if code.client != client.key {
        return Err(TokenRefusal::ForeignCode);
    }
    match presented.redirect_uri {
        Some(uri) if uri != code.redirect_uri.as_str() => return Err(TokenRefusal::OtherRedirectUri),
        // The proof binds the code to the client if there is one (OAuth 2.1 section 4.1.3).
        None if code.challenge.is_none() => return Err(TokenRefusal::Missing("redirect_uri")),
        _ => {}
    }
    match (&code.challenge, presented.verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(TokenRefusal::VerifierWithoutChallenge),
        (Some(_), None) => Err(TokenRefusal::VerifierMissing),
        (Some(challenge), Some(verifier)) => {
            let verifier =
                CodeVerifier::parse(verifier, &client.rules).map_err(|_| TokenRefusal::VerifierMalformed)?;
            if challenge.is_met_by(&verifier) {
                Ok(())
            } else {
                Err(TokenRefusal::WrongVerifier)
            }
        }
    }
}

/// A wrong verifier does not burn the code at once, so that a mistaken client may correct itself; guessing does.
async fn note_guess(
    base: &Base,
    refusal: TokenRefusal,
    code: TokenHash<kinds::Code>,
    now: Timestamp,
) -> Result<TokenRefusal, TokenRefusal> {
    if refusal == TokenRefusal::WrongVerifier {
        base.store
            .note_wrong_verifier(WrongVerifier {
                code,
                max_failures: MAX_WRONG_VERIFIERS,
                now,
            })
            .await?;
    }
    Ok(refusal)
}

async fn redeem(
    base: &Base,
    keys: &Keys,
    request: &TokenRequest<'_>,
    code: TokenHash<kinds::Code>,
    record: &CodeRecord,
) -> Result<TokenResponse, TokenRefusal> {
    let (client, now) = (request.client.client(), request.now);
    let lifetimes = lifetimes_of(client, &base.settings.lifetimes);
    let audience = request.audience(&record.audience)?;
    let access = access_token::issue_access_token(
        base,
        keys,
        AccessTokenFor {
            client,
            person: Some(record.local_subject()),
            grant: Some(record.grant),
            scope: &record.scope,
            audience: &audience,
            openid: record.openid.as_ref(),
            confirmation: record.confirmation.as_ref(),
            now,
        },
    )
    .await?;
    let id_token = match &record.openid {
        Some(openid) => {
            let token = id_token::issue_id_token(
                base,
                keys,
                IdTokenFor {
                    client,
                    subject: record.local_subject(),
                    known_account: None,
                    scope: &record.scope,
                    openid,
                    access_token: Some(&access.text),
                    code: None,
                    alone: false,
                    now,
                },
            );
            Some(token.await?)
        }
        None => None,
    };
    let refresh = client
        .may_use(GrantType::RefreshToken)
        .then(|| base.random_token())
        .transpose()?;
    let command = RedeemCode {
        code,
        client: client.key,
        now,
        access: access.stored,
        refresh: refresh.as_ref().map(|token| NewRefreshToken {
            hash: token.hash(),
            grant: record.grant,
            scope: record.scope.clone(),
            issued_at: now,
            expires_at: now
                .plus(lifetimes.refresh_token_idle)
                .min(record.grant_expires_at),
        }),
    };
    let event = request.event_to_store(base, GrantType::AuthorizationCode);
    let outcome = base.store.redeem_code(command, event).await?;
    match outcome {
        RedeemOutcome::Redeemed => Ok(TokenResponse::new(&IssuedTokens {
            access: &access.text,
            expires_in: access.expires_in,
            scope: &record.scope,
            refresh: refresh.as_ref(),
            id_token: id_token.as_ref().map(|token| token.as_str()),
        })),
        RedeemOutcome::AlreadyRedeemed => Err(TokenRefusal::UsedCode),
        RedeemOutcome::Gone if record.expires_at <= now => Err(TokenRefusal::ExpiredCode),
        RedeemOutcome::Gone => Err(TokenRefusal::DeadCode),
    }
}

#[cfg(test)]
mod tests;
