//! Proof Key for Code Exchange: the challenge of the authorization request, the verifier of the token request (RFC 7636).

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::profile::{Relaxation, Rules};
use crate::token::sha256;

crate::words! {
    /// How a verifier becomes a challenge (RFC 7636 section 4.2). Case matters: `s256` is not a method.
    ChallengeMethod, "unknown code_challenge_method" {
        /// The base64url of the SHA-256 of the verifier.
        S256 = "S256",
        /// The verifier itself; only for clients that are relaxed to it.
        Plain = "plain",
    }
}

/// Why PKCE parameters are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PkceError {
    /// A method other than `S256` and `plain`; `s256` is written wrongly.
    #[error("code_challenge_method must be S256, in this spelling")]
    UnknownMethod,
    /// `plain`, named or by leaving the method out, for a client that must use `S256`.
    #[error(
        "this client must use code_challenge_method S256; plain, also by leaving the method out, is not allowed for it"
    )]
    PlainRefused,
    /// A method was sent without a challenge.
    #[error("code_challenge_method was sent without a code_challenge")]
    MethodWithoutChallenge,
    /// The challenge has the wrong form.
    #[error("code_challenge must be the base64url of a SHA-256, 43 characters without padding")]
    Challenge,
    /// The verifier has the wrong form.
    #[error("code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~ (RFC 7636 section 4.1)")]
    Verifier,
}

/// The code challenge with its method (RFC 7636 section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge {
    value: String,
    method: ChallengeMethod,
}

impl CodeChallenge {
    /// Reads the two parameters of an authorization request; `None` when neither was sent.
    ///
    /// # Errors
    /// See [`PkceError`]; `rules` are the client's.
    pub fn parse(
        challenge: Option<&str>,
        method: Option<&str>,
        rules: &Rules,
    ) -> Result<Option<Self>, PkceError> {
        let Some(challenge) = challenge else {
            return if method.is_some() {
                Err(PkceError::MethodWithoutChallenge)
            } else {
                Ok(None)
            };
        };
        let method = match method {
            None => ChallengeMethod::Plain,
            Some(method) => ChallengeMethod::parse(method).map_err(|_| PkceError::UnknownMethod)?,
        };
        match method {
            ChallengeMethod::Plain if !rules.allow(Relaxation::PlainChallenge) => {
                return Err(PkceError::PlainRefused);
            }
            ChallengeMethod::Plain => CodeVerifier::parse(challenge, rules).map(drop)?,
            ChallengeMethod::S256 => {
                if !URL_SAFE_NO_PAD
                    .decode(challenge)
                    .is_ok_and(|hash| hash.len() == 32)
                {
                    return Err(PkceError::Challenge);
                }
            }
        }
        Ok(Some(Self {
            value: challenge.to_owned(),
            method,
        }))
    }

    /// A challenge as the store kept it.
    pub fn from_stored(value: String, method: ChallengeMethod) -> Self {
        Self { value, method }
    }

    /// The challenge that belongs to a verifier by `S256`.
    pub fn s256(verifier: &CodeVerifier) -> Self {
        Self {
            value: URL_SAFE_NO_PAD.encode(sha256(verifier.0.as_bytes())),
            method: ChallengeMethod::S256,
        }
    }

    /// The challenge as sent.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// How it was made.
    pub fn method(&self) -> ChallengeMethod {
        self.method
    }

    /// Returns `true` if the verifier belongs to this challenge (RFC 7636 section 4.6). The comparison takes constant time.
    pub fn is_met_by(&self, verifier: &CodeVerifier) -> bool {
        let shown = match self.method {
            ChallengeMethod::S256 => URL_SAFE_NO_PAD.encode(sha256(verifier.0.as_bytes())),
            ChallengeMethod::Plain => verifier.0.to_string(),
        };
        verify_slices_are_equal(shown.as_bytes(), self.value.as_bytes()).is_ok()
    }
}

/// The client's secret for one login (RFC 7636 section 4.1). It does not show in debug output.
#[derive(Clone)]
pub struct CodeVerifier(Zeroizing<String>);

impl CodeVerifier {
    /// Reads a verifier: 43 to 128 unreserved characters, or 1 to 128 if the client's rules are relaxed.
    ///
    /// # Errors
    /// [`PkceError::Verifier`].
    pub fn parse(text: &str, rules: &Rules) -> Result<Self, PkceError> {
        let min_length = if rules.allow(Relaxation::ShortVerifiers) {
            1
        } else {
            43
        };
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if (min_length..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(PkceError::Verifier)
        }
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use proptest::prelude::*;

    const FAMOUS: &str = "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U";

    fn strict() -> Rules {
        Rules::new(Profile::Oauth21, [])
    }

    fn relaxed() -> Rules {
        Rules::new(Profile::Legacy, Relaxation::ALL.iter().copied())
    }

    #[test]
    fn the_famous_verifier_gives_the_famous_challenge() {
        let verifier = CodeVerifier::parse("12345", &relaxed()).unwrap();
        assert_eq!(CodeChallenge::s256(&verifier).as_str(), FAMOUS);
        let challenge = CodeChallenge::parse(Some(FAMOUS), Some("S256"), &strict())
            .unwrap()
            .unwrap();
        assert!(challenge.is_met_by(&verifier));
        assert!(!challenge.is_met_by(&CodeVerifier::parse("12346", &relaxed()).unwrap()));
    }

    #[test]
    fn a_short_verifier_is_refused_by_default() {
        assert_eq!(
            CodeVerifier::parse("12345", &strict()).unwrap_err(),
            PkceError::Verifier
        );
        assert!(CodeVerifier::parse(&"a".repeat(43), &strict()).is_ok());
        assert!(CodeVerifier::parse(&"a.~-_".repeat(25), &strict()).is_ok());
        assert!(CodeVerifier::parse(&"a".repeat(129), &strict()).is_err());
        assert!(CodeVerifier::parse(&"ä".repeat(43), &strict()).is_err());
    }

    #[test]
    fn the_method_is_case_sensitive() {
        assert_eq!(
            CodeChallenge::parse(Some(FAMOUS), Some("s256"), &relaxed()),
            Err(PkceError::UnknownMethod)
        );
    }

    #[test]
    fn plain_works_only_where_the_profile_allows_it() {
        let verifier = "a".repeat(43);
        for method in [Some("plain"), None] {
            assert_eq!(
                CodeChallenge::parse(Some(&verifier), method, &strict()),
                Err(PkceError::PlainRefused)
            );
            let challenge = CodeChallenge::parse(Some(&verifier), method, &relaxed())
                .unwrap()
                .unwrap();
            assert!(challenge.is_met_by(&CodeVerifier::parse(&verifier, &strict()).unwrap()));
        }
    }

    #[test]
    fn a_method_without_a_challenge_does_not_count_as_pkce() {
        assert_eq!(
            CodeChallenge::parse(None, Some("S256"), &strict()),
            Err(PkceError::MethodWithoutChallenge)
        );
        assert_eq!(CodeChallenge::parse(None, None, &strict()), Ok(None));
    }

    #[test]
    fn a_challenge_must_be_a_sha256_in_base64url() {
        for challenge in [
            "",
            "short",
            &"=".repeat(43),
            &format!("{FAMOUS}A"),
            &FAMOUS.replace('W', "+"),
        ] {
            assert_eq!(
                CodeChallenge::parse(Some(challenge), Some("S256"), &strict()),
                Err(PkceError::Challenge),
                "{challenge}"
            );
        }
    }

    proptest! {
        #[test]
        fn only_the_verifier_itself_meets_its_challenge(one in "[a-zA-Z0-9._~-]{43,128}", two in "[a-zA-Z0-9._~-]{43,128}") {
            let (first, second) = (CodeVerifier::parse(&one, &strict()).unwrap(), CodeVerifier::parse(&two, &strict()).unwrap());
            let challenge = CodeChallenge::s256(&first);
            prop_assert!(challenge.is_met_by(&first));
            prop_assert_eq!(challenge.is_met_by(&second), one == two);
        }
    }
}
