//! Access tokens: what one looks like and what is stored of it (RFC 6749 section 1.4).

use pixie_oauth::{Audience, Scope};
use zeroize::Zeroizing;

use crate::client::Client;
use crate::clock::Timestamp;
use crate::ids::{GrantId, UserId};
use crate::provider::Provider;
use crate::randomness::NoRandomness;
use crate::store::{NewAccessToken, OpenIdGrant};

/// For whom an access token is, and what it is good for.
pub(crate) struct AccessTokenFor<'a> {
    pub(crate) client: &'a Client,
    /// Whom it speaks for; nobody where the client acts for itself.
    pub(crate) user: Option<UserId>,
    pub(crate) grant: Option<GrantId>,
    pub(crate) scope: &'a Scope,
    pub(crate) audience: &'a Audience,
    pub(crate) openid: Option<&'a OpenIdGrant>,
    pub(crate) now: Timestamp,
}

/// An access token that is not stored yet: it must not leave before it is.
pub(crate) struct MintedAccessToken {
    /// The token, for the client.
    pub(crate) text: Zeroizing<String>,
    /// What is stored of it.
    pub(crate) stored: NewAccessToken,
    /// How long it lives, seconds.
    pub(crate) expires_in: i64,
}

impl Provider {
    /// Makes an access token.
    pub(crate) async fn access_token_for(
        &self,
        wanted: AccessTokenFor<'_>,
    ) -> Result<MintedAccessToken, NoRandomness> {
        let token = self.access_token()?;
        let expires_in = self.settings().lifetimes.access_token;
        Ok(MintedAccessToken {
            stored: NewAccessToken {
                hash: token.hash(),
                grant: wanted.grant,
                client: wanted.client.key,
                user: wanted.user,
                scope: wanted.scope.clone(),
                audience: wanted.audience.clone(),
                issued_at: wanted.now,
                expires_at: wanted.now.plus(expires_in),
            },
            text: Zeroizing::new(token.expose().to_owned()),
            expires_in,
        })
    }
}
