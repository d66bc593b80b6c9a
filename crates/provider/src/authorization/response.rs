//! The answer that the browser carries back to the client (RFC 6749 section 4.1.2, RFC 9207).

use pixie_oauth::{AuthorizationCode, Issuer};

use super::refusal::RedirectRefusal;
use super::request::ValidatedRedirectUri;

/// A redirect to a client. It holds a code and does not show in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationResponse {
    location: String,
    refusal: Option<RedirectRefusal>,
}

impl AuthorizationResponse {
    /// The address that the browser goes to.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The reason where it is an error, for the log.
    pub fn refusal(&self) -> Option<&RedirectRefusal> {
        self.refusal.as_ref()
    }

    pub(super) fn code(
        to: &ValidatedRedirectUri,
        code: &AuthorizationCode,
        state: Option<&str>,
        issuer: &Issuer,
    ) -> Self {
        let location = to
            .uri()
            .with_query(parameters([("code", code.expose())], state, issuer));
        Self {
            location,
            refusal: None,
        }
    }

    pub(super) fn refused(
        to: &ValidatedRedirectUri,
        refusal: RedirectRefusal,
        state: Option<&str>,
        issuer: &Issuer,
    ) -> Self {
        let (code, description) = refusal.answer();
        let own = [("error", code.as_str()), ("error_description", &*description)];
        let location = to.uri().with_query(parameters(own, state, issuer));
        Self {
            location,
            refusal: Some(refusal),
        }
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
fn parameters<'a, const N: usize>(
    own: [(&'a str, &'a str); N],
    state: Option<&'a str>,
    issuer: &'a Issuer,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    own.into_iter()
        .chain(state.map(|state| ("state", state)))
        .chain([("iss", issuer.as_str())])
}
