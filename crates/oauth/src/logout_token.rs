//! The claims of a logout token (OpenID Connect Back-Channel Logout section 2.4).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Map;

use crate::ClientId;

/// The event that says that somebody was logged out.
const BACKCHANNEL_LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Tells one client that somebody was logged out. It never has a `nonce`, so that it cannot be taken for an id token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogoutTokenClaims {
    /// The issuer identifier.
    pub iss: String,
    /// The client it is for.
    pub aud: ClientId,
    /// When it was issued, seconds since 1970.
    pub iat: i64,
    /// When it expires, seconds since 1970; two minutes are advised.
    pub exp: i64,
    /// Its own name.
    pub jti: String,
    /// Who was logged out, and of what.
    #[serde(flatten)]
    pub logged_out: LoggedOut,
    /// What happened.
    pub events: LogoutEvent,
}

/// Who was logged out: at least one of a person and a session is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum LoggedOut {
    /// A person, of every session.
    Everywhere {
        /// The person, by the name that this client knows.
        sub: String,
    },
    /// A session, by the `sid` of its id tokens.
    Session {
        /// The session.
        sid: String,
    },
    /// A person, of one session.
    PersonOfSession {
        /// The person, by the name that this client knows.
        sub: String,
        /// The session.
        sid: String,
    },
}

/// The one member that `events` has: the logout, of which nothing more is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogoutEvent;

impl Serialize for LogoutEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut events = serializer.serialize_map(Some(1))?;
        events.serialize_entry(BACKCHANNEL_LOGOUT, &Map::new())?;
        events.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(logged_out: LoggedOut) -> Value {
        let claims = LogoutTokenClaims {
            iss: "https://as.example/o".into(),
            aud: ClientId::parse("client").unwrap(),
            iat: 1_700_000_000,
            exp: 1_700_000_120,
            jti: "one".into(),
            logged_out,
            events: LogoutEvent,
        };
        serde_json::to_value(claims).unwrap()
    }

    #[test]
    fn it_names_the_person_and_the_session_and_the_one_event() {
        let logged_out = LoggedOut::PersonOfSession {
            sub: "ada".into(),
            sid: "s".into(),
        };
        assert_eq!(
            written(logged_out),
            json!({
                "iss": "https://as.example/o", "aud": "client", "iat": 1_700_000_000, "exp": 1_700_000_120, "jti": "one",
                "sub": "ada", "sid": "s", "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            })
        );
    }

    #[test]
    fn one_of_both_is_enough_and_the_other_is_left_out() {
        let person = written(LoggedOut::Everywhere { sub: "ada".into() });
        assert_eq!((&person["sub"], person.get("sid")), (&json!("ada"), None));
        let session = written(LoggedOut::Session { sid: "s".into() });
        assert_eq!((&session["sid"], session.get("sub")), (&json!("s"), None));
    }
}
