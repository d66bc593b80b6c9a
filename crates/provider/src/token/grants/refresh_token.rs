//! The refresh token grant (RFC 6749 section 6): the refresh token rotates, or it stays if the client is registered for that.

mod extension;
mod rotation;

use pixie_oauth::{Audience, RefreshToken, Scope, TokenHash, kinds};
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entities::Client;
use crate::scopes::known::OPENID_SCOPE;
use crate::scopes::rule::narrowed;
use crate::store::{OpenIdGrant, RefreshTokenRecord};
use crate::token::refusal::TokenRefusal;
use crate::token::request::TokenRequest;
use crate::token::response::{IssuedTokens, TokenResponse};
use crate::tokens::access_token;
use crate::tokens::access_token::{AccessTokenFor, MintedAccessToken};
use crate::tokens::id_token;
use crate::tokens::id_token::IdTokenFor;

/// Reads the token, decides, issues, and rotates or extends. A token that was exchanged is never extended, also if its
/// client is registered since then for tokens that stay: it is a repeated request, or reuse.
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
    let audience = request.audience(&record.audience)?;
    let refresh = Refresh {
        presented: &presented,
        hash,
        record: &record,
        scope: &scope,
        audience: &audience,
    };
    let tokens = refreshed_tokens(context, request, &refresh).await?;
    if client.refresh_token_rotation.is_on() || record.rotated.is_some() {
        rotation::rotate(context, request, refresh, tokens).await
    } else {
        extension::extend(context, request, refresh, tokens).await
    }
}

/// A refresh request that was decided: the token presented, and what is requested with it.
struct Refresh<'a> {
    presented: &'a RefreshToken,
    hash: TokenHash<kinds::Refresh>,
    record: &'a RefreshTokenRecord,
    scope: &'a Scope,
    audience: &'a Audience,
}

/// The access token and the ID token of a refresh, not stored yet.
struct RefreshedTokens {
    access: MintedAccessToken,
    id_token: Option<Zeroizing<String>>,
}

impl RefreshedTokens {
    /// The response with these tokens and a refresh token.
    fn response(&self, scope: &Scope, refresh: &RefreshToken) -> TokenResponse {
        TokenResponse::new(&IssuedTokens {
            access: &self.access.text,
            expires_in: self.access.expires_in,
            scope,
            refresh: Some(refresh),
            id_token: self.id_token.as_ref().map(|token| token.as_str()),
        })
    }
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

async fn refreshed_tokens(
    context: &Context,
    request: &TokenRequest<'_>,
    refresh: &Refresh<'_>,
) -> Result<RefreshedTokens, TokenRefusal> {
    let record = refresh.record;
    let access = access_token::issue_access_token(
        &context.base,
        &context.keys,
        AccessTokenFor {
            client: request.client.client(),
            person: Some(record.owner.local_subject()),
            grant: Some(record.grant),
            scope: refresh.scope,
            audience: refresh.audience,
            openid: record.openid.as_ref(),
            confirmation: record.confirmation.as_ref(),
            now: request.now,
        },
    )
    .await?;
    let id_token = refreshed_id_token(context, request, record, refresh.scope, &access).await?;
    Ok(RefreshedTokens { access, id_token })
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
        subject: record.owner.local_subject(),
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

#[cfg(test)]
mod tests;
