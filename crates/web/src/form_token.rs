//! Tokens against forged forms. Each is valid for one browser and, if somebody is signed in, for one session.
//!
//! Nothing is stored for people who are not signed in: the token is an HMAC over a random cookie.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_provider::{RandomnessError, Session, SessionId};

use crate::pages::notice::Notice;
use crate::web::Web;

/// The session that a form is bound to beside the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BoundTo {
    /// No session: login and setup. Two login tabs that are open side by side can both finish.
    Browser,
    /// A session.
    Session(SessionId),
}

impl Web {
    /// A random value for the cookie that form tokens are bound to.
    pub(crate) fn new_browser(&self) -> Result<String, RandomnessError> {
        let mut bytes = [0; 24];
        self.provider().randomness().fill(&mut bytes)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The token for a form.
    pub(crate) fn form_token(&self, browser: &str, bound_to: BoundTo) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(self.form_key(), message(browser, bound_to).as_bytes()))
    }

    /// The tag by which a page believes that this session has made a change.
    pub(crate) fn done_tag(&self, notice: Notice, session: &Session) -> String {
        self.form_token(&done(notice), BoundTo::Session(session.id))
    }

    /// Returns true if the tag is the one for this change and session.
    pub(crate) fn is_done_tag(&self, tag: &str, notice: Notice, session: &Session) -> bool {
        self.is_form_token(tag, &done(notice), BoundTo::Session(session.id))
    }

    /// Returns true if the token is the one for this browser and session.
    pub(crate) fn is_form_token(&self, token: &str, browser: &str, bound_to: BoundTo) -> bool {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        hmac::verify(self.form_key(), message(browser, bound_to).as_bytes(), &tag).is_ok()
    }
}

/// A text that no cookie of a browser is: those have no space.
fn done(notice: Notice) -> String {
    format!("done {}", notice.word())
}

fn message(browser: &str, bound_to: BoundTo) -> String {
    match bound_to {
        BoundTo::Browser => browser.to_owned(),
        BoundTo::Session(session) => format!("{browser} {session}"),
    }
}
