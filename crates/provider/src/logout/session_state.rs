//! The state of the login in a browser, for pages of applications that watch it (OpenID Connect Session Management 1.0).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::{Origin, RedirectUri};

use crate::clients::Client;
use crate::people::Session;
use crate::provider::Provider;
use crate::randomness::bytes;

/// The state of a browser in which nobody is signed in.
const SIGNED_OUT: &str = "signed-out";

impl Provider {
    /// Whether pages of applications may watch the login.
    pub fn sessions_may_be_watched(&self) -> bool {
        self.settings().session_management && self.settings().scopes.have_openid()
    }

    /// The state of a browser: another one for each session, one for all browsers without a session. Scripts of this
    /// server's own pages may read it; it tells neither the session nor its cookie.
    pub fn browser_state(&self, session: Option<&Session>) -> String {
        let Some(session) = session else {
            return SIGNED_OUT.to_owned();
        };
        let tag = hmac::sign(
            &self.purpose_keys().browser_states,
            session.id.as_uuid().as_bytes(),
        );
        URL_SAFE_NO_PAD.encode(&tag.as_ref()[..24])
    }

    /// The `session_state` of an answer to an OpenID request that goes to `redirect_uri`, success or error (section 2).
    /// Nothing where session management is off, or where the address is not one of the web, whose pages could watch.
    pub fn session_state(
        &self,
        client: &Client,
        redirect_uri: &RedirectUri,
        session: Option<&Session>,
    ) -> Option<String> {
        if !self.sessions_may_be_watched() {
            return None;
        }
        let origin = origin(redirect_uri)?;
        // An answer without it is a good answer still.
        let salt: [u8; 12] = bytes(self.randomness()).ok()?;
        Some(pixie_oauth::session_state(
            &client.id,
            &origin,
            &self.browser_state(session),
            &URL_SAFE_NO_PAD.encode(salt),
        ))
    }
}

fn origin(uri: &RedirectUri) -> Option<Origin> {
    let (scheme, _) = uri.as_str().split_once("://")?;
    let web = !uri.is_private_use();
    web.then(|| Origin::parse(&format!("{scheme}://{}", uri.destination())).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_have_an_origin() {
        for (uri, expected) in [
            (
                "https://rp.example/cb?x=https://evil.example",
                Some("https://rp.example"),
            ),
            ("https://rp.example:443/cb", Some("https://rp.example")),
            ("http://127.0.0.1:8001/", Some("http://127.0.0.1:8001")),
            ("http://[::1]:8001/", Some("http://[::1]:8001")),
            ("com.example.app:/cb", None),
            ("com.example.app://cb", None),
        ] {
            let origin = origin(&RedirectUri::from_stored(uri.to_owned()));
            assert_eq!(origin.as_ref().map(Origin::as_str), expected, "{uri}");
        }
    }
}
