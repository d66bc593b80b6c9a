//! Access tokens: what one looks like, what is stored of it, and how it is known again (RFC 6749 section 1.4, RFC 9068).
//!
//! Of both formats the store keeps one row by a hash, so that introspection, revocation and userinfo serve both alike. A
//! token that is random is hashed; one that is a JWT names its row by its `jti`, which nobody can make who cannot sign.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::jose::{JwtType, SigningAlgorithm, UnverifiedJwt};
use pixie_oauth::{
    AccessToken, AccessTokenClaims, AccessTokenFormat, Acr, Audience, Confirmation, Scope, TokenHash, kinds,
};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::registered::whole_seconds;
use crate::entities::{Client, LocalSubject};
use crate::ids::GrantId;
use crate::keys::Keys;
use crate::keys::SignError;
use crate::keys::signing;
use crate::randomness::RandomnessError;
use crate::settings::Settings;
use crate::store::{NewAccessToken, OpenIdGrant};
use crate::tokens::id_token::names;
use crate::tokens::subject;

/// For whom an access token is, and what it is valid for.
pub(crate) struct AccessTokenFor<'a> {
    pub(crate) client: &'a Client,
    /// The user that it acts for; `None` if the client acts for itself.
    pub(crate) person: Option<LocalSubject<'a>>,
    pub(crate) grant: Option<GrantId>,
    pub(crate) scope: &'a Scope,
    pub(crate) audience: &'a Audience,
    pub(crate) openid: Option<&'a OpenIdGrant>,
    pub(crate) confirmation: Option<&'a Confirmation>,
    pub(crate) now: Timestamp,
}

/// An access token that is not stored yet: it must not leave before it is.
pub(crate) struct MintedAccessToken {
    /// The token, for the client.
    pub(crate) text: Zeroizing<String>,
    /// The row that is stored of it.
    pub(crate) stored: NewAccessToken,
    /// How long it lives, seconds.
    pub(crate) expires_in: i64,
}

/// Why there is no access token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum AccessTokenError {
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    #[error(transparent)]
    Signing(#[from] SignError),
}

/// Makes an access token in the format of its resources, of its client or of the server.
pub(crate) async fn issue_access_token(
    base: &Base,
    keys: &Keys,
    new: AccessTokenFor<'_>,
) -> Result<MintedAccessToken, AccessTokenError> {
    let token = base.random_token()?;
    let own_lifetime = new.client.access_token_lifetime.map(whole_seconds);
    let expires_in = base.settings.access_token_lifetime(new.audience, own_lifetime);
    let stored = NewAccessToken {
        hash: token.hash(),
        grant: new.grant,
        client: new.client.key,
        account: new.person.map(|person| person.account()),
        scope: new.scope.clone(),
        audience: new.audience.clone(),
        confirmation: new.confirmation.cloned(),
        issued_at: new.now,
        expires_at: new.now.plus(expires_in),
    };
    let of_client = new.client.access_token_format;
    let format = base.settings.access_token_format(new.audience, of_client);
    let text = match format {
        AccessTokenFormat::Opaque => token.expose().to_owned(),
        AccessTokenFormat::Jwt => signed_access_token(base, keys, &new, &stored).await?,
    };
    Ok(MintedAccessToken {
        text: Zeroizing::new(text),
        stored,
        expires_in,
    })
}

async fn signed_access_token(
    base: &Base,
    keys: &Keys,
    new: &AccessTokenFor<'_>,
    stored: &NewAccessToken,
) -> Result<String, SignError> {
    let (client, settings) = (new.client, &base.settings);
    let own = Audience::parse([settings.issuer.as_str()]).unwrap_or_default();
    let claims = AccessTokenClaims {
        iss: settings.issuer.to_string(),
        exp: stored.expires_at.seconds(),
        // If no resource is named, it is valid at this server itself (RFC 9068 section 3).
        aud: if new.audience.is_empty() {
            own
        } else {
            new.audience.clone()
        },
        sub: new.person.map_or_else(
            || client.id.to_string(),
            |person| subject::subject(&keys.purpose, client, person),
        ),
        client_id: client.id.clone(),
        iat: stored.issued_at.seconds(),
        jti: URL_SAFE_NO_PAD.encode(stored.hash.as_bytes()),
        auth_time: new.openid.map(|openid| openid.auth_time.seconds()),
        acr: new
            .openid
            .and_then(|openid| openid.acr.as_ref())
            .map(Acr::to_string),
        amr: new.openid.map(|openid| names(openid.amr)).unwrap_or_default(),
        cnf: new.confirmation.cloned(),
        scope: new.scope.clone(),
    };
    let algorithm = settings.access_token_algorithm();
    signing::sign(base, keys, JwtType::AccessToken, algorithm, claims).await
}

/// `true` if a token for these resources is valid at this server: one for another API must not do here what that API was
/// never meant to do (RFC 8707 section 2, RFC 9700 section 2.3).
pub(crate) fn is_for_this_server(settings: &Settings, audience: &Audience) -> bool {
    audience.is_empty() || audience.iter().any(|one| one == settings.issuer.as_str())
}

/// The row of a text that is an access token of this server, in whichever format; `None` for everything else.
pub(crate) async fn access_token_hash(
    base: &Base,
    keys: &Keys,
    text: &str,
) -> Option<TokenHash<kinds::Access>> {
    if let Ok(token) = AccessToken::parse(text) {
        return Some(token.hash());
    }
    let token = UnverifiedJwt::parse(text).ok()?;
    let keys = signing::own_keys(base, keys).await;
    let token = token.verify(&keys, SigningAlgorithm::ALL).ok()?;
    let claim = |name: &str| token.claims().get(name)?.as_str();
    let ours = token.is(JwtType::AccessToken) && claim("iss") == Some(base.settings.issuer.as_str());
    let row = URL_SAFE_NO_PAD.decode(claim("jti").filter(|_| ours)?).ok()?;
    Some(TokenHash::from_bytes(row.try_into().ok()?))
}
