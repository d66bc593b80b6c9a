//! The answer that the browser carries back to the client (RFC 6749 section 4.1.2, RFC 9207, OAuth 2.0 Multiple Response
//! Types section 2.1, OAuth 2.0 Form Post Response Mode).

use pixie_oauth::{Issuer, ResponseMode};
use zeroize::Zeroizing;

use super::refusal::RedirectRefusal;
use super::request::{Reply, ValidatedRedirectUri};

/// An answer for a client. It may hold a code and tokens and does not show in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationResponse {
    to: ValidatedRedirectUri,
    mode: ResponseMode,
    parameters: Vec<Parameter>,
    refusal: Option<RedirectRefusal>,
}

/// The parameter that tells the state of the login.
const SESSION_STATE: &str = "session_state";

type Parameter = (&'static str, Zeroizing<String>);

/// How an answer gets to the client.
pub enum Delivery<'a> {
    /// The browser goes to this address.
    Redirect {
        /// The host or the scheme of the address, for people to read.
        destination: &'a str,
        /// The address.
        location: Zeroizing<String>,
    },
    /// The browser sends these fields to this address by a form.
    FormPost {
        /// The URI that the form is sent to.
        action: &'a ValidatedRedirectUri,
        /// Names and values.
        fields: Vec<(&'a str, &'a str)>,
    },
}

impl AuthorizationResponse {
    /// How it gets there.
    pub fn delivery(&self) -> Delivery<'_> {
        let uri = self.to.uri();
        match self.mode {
            ResponseMode::Query => Delivery::Redirect {
                destination: uri.destination(),
                location: Zeroizing::new(uri.with_query(self.fields())),
            },
            ResponseMode::Fragment => Delivery::Redirect {
                destination: uri.destination(),
                location: Zeroizing::new(uri.with_fragment(self.fields())),
            },
            ResponseMode::FormPost => Delivery::FormPost {
                action: &self.to,
                fields: self.fields().collect(),
            },
        }
    }

    /// The reason if it is an error, for the log.
    pub fn refusal(&self) -> Option<&RedirectRefusal> {
        self.refusal.as_ref()
    }

    /// `true` if it tells the client the state of the login (OpenID Connect Session Management section 2).
    pub fn tells_session_state(&self) -> bool {
        self.parameters.iter().any(|(name, _)| *name == SESSION_STATE)
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }

    pub(super) fn issued(
        to: &ValidatedRedirectUri,
        reply: &Reply,
        issued: Vec<Parameter>,
        issuer: &Issuer,
    ) -> Self {
        Self {
            to: to.clone(),
            mode: reply.mode,
            parameters: with_state_and_issuer(issued, reply, issuer),
            refusal: None,
        }
    }

    pub(super) fn refused(
        to: &ValidatedRedirectUri,
        reply: &Reply,
        refusal: RedirectRefusal,
        issuer: &Issuer,
    ) -> Self {
        let (code, description) = refusal.answer();
        let own = vec![
            ("error", Zeroizing::new(code.as_str().to_owned())),
            ("error_description", Zeroizing::new(description.into_owned())),
        ];
        Self {
            to: to.clone(),
            mode: reply.mode,
            parameters: with_state_and_issuer(own, reply, issuer),
            refusal: Some(refusal),
        }
    }

    /// Adds the state of the login, for pages that watch it (OpenID Connect Session Management section 2).
    #[must_use]
    pub(super) fn with_session_state(mut self, session_state: Option<String>) -> Self {
        let state = session_state.map(|state| (SESSION_STATE, Zeroizing::new(state)));
        self.parameters.extend(state);
        self
    }
}

impl std::fmt::Debug for AuthorizationResponse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AuthorizationResponse")
            .field("refusal", &self.refusal)
            .finish_non_exhaustive()
    }
}

/// Every answer has `state` as it was sent, and `iss`.
fn with_state_and_issuer(mut own: Vec<Parameter>, reply: &Reply, issuer: &Issuer) -> Vec<Parameter> {
    own.extend(reply.state.clone().map(|state| ("state", Zeroizing::new(state))));
    own.push(("iss", Zeroizing::new(issuer.to_string())));
    own
}
