//! Bearer tokens in a header, and the challenge that requires one (RFC 6750 sections 2.1 and 3).

use std::fmt::Write;

use crate::basic::after_scheme;
use crate::scope::Scope;

crate::words! {
    /// The error codes of a protected resource (RFC 6750 section 3.1).
    BearerErrorCode, "unknown bearer error" {
        /// The request is malformed; 400.
        InvalidRequest = "invalid_request",
        /// Expired, revoked, malformed or foreign token; 401.
        InvalidToken = "invalid_token",
        /// The token is valid, but its scope is too narrow; 403.
        InsufficientScope = "insufficient_scope",
    }
}

impl BearerErrorCode {
    /// The HTTP status that belongs to it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
        }
    }
}

/// The value of a `WWW-Authenticate` header of scheme Bearer (RFC 6750 section 3).
#[derive(Clone, Debug, Default)]
pub struct BearerChallenge {
    /// The protection space.
    pub realm: Option<String>,
    /// `None` if the request had no token: the challenge then has no error code (RFC 6750 section 3.1).
    pub error: Option<(BearerErrorCode, String)>,
    /// The scope that a token must have.
    pub scope: Option<Scope>,
}

impl BearerChallenge {
    /// The header's value. Quotes and backslashes cannot end a quoted string: they are left out.
    pub fn to_header(&self) -> String {
        let mut header = String::from("Bearer");
        let mut separator = ' ';
        let mut add = |name: &str, value: &str| {
            let clean: String = value
                .chars()
                .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
                .collect();
            let _ = write!(header, "{separator}{name}=\"{clean}\"");
            separator = ',';
        };
        if let Some(realm) = &self.realm {
            add("realm", realm);
        }
        if let Some((code, description)) = &self.error {
            add("error", code.as_str());
            add("error_description", description);
        }
        if let Some(scope) = self.scope.as_ref().filter(|scope| !scope.is_empty()) {
            add("scope", &scope.to_string());
        }
        header
    }
}

/// The token of an `Authorization: Bearer …` header; `None` for another scheme. The scheme's case does not matter.
pub fn bearer_token(header: &[u8]) -> Option<&str> {
    std::str::from_utf8(after_scheme(header, "bearer")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_says_what_is_wrong_and_what_is_needed() {
        let challenge = BearerChallenge {
            realm: Some("api".into()),
            error: Some((BearerErrorCode::InsufficientScope, "needs \"write\"\r\n".into())),
            scope: Some(Scope::parse("read write").unwrap()),
        };
        assert_eq!(
            challenge.to_header(),
            r#"Bearer realm="api",error="insufficient_scope",error_description="needs write",scope="read write""#
        );
        assert_eq!(BearerChallenge::default().to_header(), "Bearer");
    }

    #[test]
    fn the_scheme_is_valid_in_any_case() {
        assert_eq!(bearer_token(b"bearer abc"), Some("abc"));
        assert_eq!(bearer_token(b"Bearer   abc "), Some("abc"));
        assert_eq!(bearer_token(b"Basic abc"), None);
        assert_eq!(bearer_token(b"Bearer \xff"), None);
    }
}
