//! The state of the login in a browser, for pages of applications that watch it (OpenID Connect Session Management 1.0).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::RedirectUri;

use crate::base::Base;
use crate::entities::Client;
use crate::keys::Keys;
use crate::keys::PurposeKeys;
use crate::people::Session;
use crate::randomness::bytes;
use crate::settings::Settings;

/// The state of a browser in which nobody is signed in.
const SIGNED_OUT: &str = "signed-out";

pub(crate) fn sessions_may_be_watched(settings: &Settings) -> bool {
    settings.session_management && settings.scopes.have_openid()
}

pub(crate) fn browser_state(keys: &PurposeKeys, session: Option<&Session>) -> String {
    let Some(session) = session else {
        return SIGNED_OUT.to_owned();
    };
    let tag = hmac::sign(&keys.browser_states, session.id.as_uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(&tag.as_ref()[..24])
}

pub(crate) fn session_state(
    base: &Base,
    keys: &Keys,
    client: &Client,
    redirect_uri: &RedirectUri,
    session: Option<&Session>,
) -> Option<String> {
    if !sessions_may_be_watched(&base.settings) {
        return None;
    }
    let origin = redirect_uri.origin()?;
    // An answer without it is a good answer still.
    let salt: [u8; 12] = bytes(&*base.randomness).ok()?;
    Some(pixie_oauth::session_state(
        &client.id,
        &origin,
        &browser_state(&keys.purpose, session),
        &URL_SAFE_NO_PAD.encode(salt),
    ))
}
