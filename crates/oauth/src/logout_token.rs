//! The claims of a logout token (OpenID Connect Back-Channel Logout section 2.4).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Map;

use crate::ClientId;

/// The event of a logout.
const BACKCHANNEL_LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Notifies one client of a logout. It never has a `nonce`, so that it cannot be mistaken for an ID token.
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
    /// The token's identifier.
    pub jti: String,
    /// The user or the session that was logged out.
    #[serde(flatten)]
    pub logged_out: LoggedOut,
    /// The logout event.
    pub events: LogoutEvent,
}

/// The logged out user, session, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum LoggedOut {
    /// A user, in every session.
    Everywhere {
        /// The subject identifier of the user at this client.
        sub: String,
    },
    /// A session, by the `sid` of its id tokens.
    Session {
        /// The session.
        sid: String,
    },
    /// A user, in one session.
    PersonOfSession {
        /// The subject identifier of the user at this client.
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
