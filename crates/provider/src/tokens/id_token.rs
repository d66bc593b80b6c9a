//! ID tokens (OpenID Connect Core sections 2, 3.1.3.6 and 3.3.2.11).

use pixie_oauth::jose::{JwtType, SigningAlgorithm, half_hash};
use pixie_oauth::{Acr, AuthenticationMethods, ClaimsRequest, IdTokenClaims, Scope, UserClaims};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::base::Base;
use crate::clients::lifetimes::lifetimes_of;
use crate::clock::Timestamp;
use crate::entities::{Account, Client, LocalSubject};
use crate::keys::Keys;
use crate::keys::SignError;
use crate::keys::signing;
use crate::people::host;
use crate::settings::Settings;
use crate::store::{OpenIdGrant, StoreError};
use crate::tokens::claims::selection::{Selection, claims_about};
use crate::tokens::subject;

/// The recipient of an ID token, and the values that it binds.
pub(crate) struct IdTokenFor<'a> {
    pub(crate) client: &'a Client,
    pub(crate) subject: LocalSubject<'a>,
    /// The person's account if it is known already; it is looked up if claims need it.
    pub(crate) known_account: Option<&'a Account>,
    pub(crate) scope: &'a Scope,
    pub(crate) openid: &'a OpenIdGrant,
    /// The access token that is issued with it.
    pub(crate) access_token: Option<&'a str>,
    /// The code that is issued with it.
    pub(crate) code: Option<&'a str>,
    /// `true` if the client gets nothing else: then it holds the claims of the scopes.
    pub(crate) alone: bool,
    pub(crate) now: Timestamp,
}

/// Why there is no id token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum IdTokenError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Signing(#[from] SignError),
}

/// Makes and signs an id token with the algorithm that the client registered for.
pub(crate) async fn issue_id_token(
    base: &Base,
    keys: &Keys,
    new: IdTokenFor<'_>,
) -> Result<Zeroizing<String>, IdTokenError> {
    let (client, openid, now) = (new.client, new.openid, new.now);
    let algorithm = id_token_algorithm(&base.settings, client);
    let half = |value: &str| half_hash(algorithm, value);
    let claims = IdTokenClaims {
        iss: base.settings.issuer.to_string(),
        sub: subject::subject(&keys.purpose, client, new.subject),
        aud: client.id.clone(),
        exp: now
            .plus(lifetimes_of(client, &base.settings.lifetimes).id_token)
            .seconds(),
        iat: now.seconds(),
        auth_time: Some(openid.auth_time.seconds()),
        nonce: openid.nonce.clone(),
        acr: openid.acr.as_ref().map(Acr::to_string),
        amr: names(openid.amr),
        azp: None,
        at_hash: new.access_token.map(half),
        c_hash: new.code.map(half),
        s_hash: None,
        sid: Some(openid.sid.clone()),
        person: person(base, &new).await?,
    };
    let signed = signing::sign(base, keys, JwtType::Jwt, algorithm, claims).await?;
    Ok(Zeroizing::new(signed))
}

/// The methods of a sign-in as the claim `amr` lists them.
pub(crate) fn names(methods: AuthenticationMethods) -> Vec<String> {
    methods.iter().map(|method| method.to_string()).collect()
}

/// The algorithm of a client's id tokens and logout tokens.
pub(crate) fn id_token_algorithm(settings: &Settings, client: &Client) -> SigningAlgorithm {
    let chosen = client.id_token_signed_response_alg;
    chosen.unwrap_or_else(|| settings.default_signing_algorithm())
}

/// The claims about the user: those requested for ID tokens by name, and the claims of the scopes if there is no other
/// place for them or the client registered that it wants them here.
async fn person(base: &Base, new: &IdTokenFor<'_>) -> Result<UserClaims, StoreError> {
    let requested = new.openid.claims.as_deref();
    let requested = requested
        .and_then(|json| serde_json::from_str::<ClaimsRequest>(json).ok())
        .unwrap_or_default();
    let nothing = Scope::default();
    let scope = if new.alone || new.client.claims_in_id_token {
        new.scope
    } else {
        &nothing
    };
    if requested.id_token.is_empty() && scope.is_empty() {
        return Ok(UserClaims::default());
    }
    let found;
    let account = match new.known_account {
        Some(account) => Some(account),
        None => {
            found = base.store.find_account(new.subject.account()).await?;
            found.as_ref()
        }
    };
    let selection = Selection {
        client: new.client,
        scope,
        requested: &requested.id_token,
    };
    let person = match account {
        Some(account) => host::with_profile(base, account).await?,
        None => None,
    };
    let claims = person.map(|person| claims_about(&base.settings, &person, selection));
    Ok(claims
        .and_then(|claims| UserClaims::from_map(claims).ok())
        .unwrap_or_default())
}
