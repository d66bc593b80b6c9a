//! HTTP Basic credentials of a client (RFC 6749 section 2.3.1, RFC 7617).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::params::form_decode;

/// A client id and secret as the header carried them, form-decoded.
#[derive(Clone)]
pub struct BasicCredentials {
    /// The user name part: the client id.
    pub client_id: String,
    /// The password part: the client secret, perhaps empty.
    pub client_secret: Zeroizing<String>,
}

/// The header has the scheme `Basic` but no valid credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the Authorization header is not base64 of client_id:client_secret, each form-encoded")]
pub struct BasicError;

impl BasicCredentials {
    /// Reads the value of an `Authorization` header; `None` for another scheme. The scheme's case does not matter
    /// (RFC 9110 section 11.1).
    ///
    /// # Errors
    /// Not base64, no colon, or not form-encoded UTF-8.
    pub fn parse(header: &[u8]) -> Result<Option<Self>, BasicError> {
        let Some(encoded) = after_scheme(header, "basic") else {
            return Ok(None);
        };
        let decoded = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| BasicError)?);
        let colon = decoded.iter().position(|byte| *byte == b':').ok_or(BasicError)?;
        Ok(Some(Self {
            client_id: form_decode(&decoded[..colon]).map_err(|_| BasicError)?,
            client_secret: Zeroizing::new(form_decode(&decoded[colon + 1..]).map_err(|_| BasicError)?),
        }))
    }
}

impl std::fmt::Debug for BasicCredentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("BasicCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The credentials after the scheme and at least one space. The scheme's case does not matter.
pub(crate) fn after_scheme<'a>(header: &'a [u8], scheme: &str) -> Option<&'a [u8]> {
    let (name, rest) = header.split_at_checked(scheme.len())?;
    (name.eq_ignore_ascii_case(scheme.as_bytes()) && rest.first() == Some(&b' ')).then(|| rest.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn basic(text: &str) -> Result<Option<BasicCredentials>, BasicError> {
        BasicCredentials::parse(format!("Basic {}", STANDARD.encode(text)).as_bytes())
    }

    #[test]
    fn credentials_are_form_decoded_after_base64() {
        let credentials = basic("interop%2Dweb:a%3Ab+c").unwrap().unwrap();
        assert_eq!(
            (&*credentials.client_id, &**credentials.client_secret),
            ("interop-web", "a:b c")
        );
    }

    #[test]
    fn the_scheme_is_valid_in_any_case() {
        for scheme in ["basic", "BASIC", "Basic "] {
            let header = format!("{scheme} {}", STANDARD.encode("a:b"));
            assert!(
                BasicCredentials::parse(header.as_bytes()).unwrap().is_some(),
                "{scheme}"
            );
        }
    }

    #[test]
    fn an_empty_secret_and_colons_in_it_are_read() {
        assert_eq!(&**basic("a:").unwrap().unwrap().client_secret, "");
        assert_eq!(&**basic("a:b:c").unwrap().unwrap().client_secret, "b:c");
    }

    #[test]
    fn malformed_credentials_are_refused() {
        assert_eq!(basic("no colon").unwrap_err(), BasicError);
        assert_eq!(basic("%ff:x").unwrap_err(), BasicError);
        assert_eq!(BasicCredentials::parse(b"Basic !!!").unwrap_err(), BasicError);
        assert!(BasicCredentials::parse(b"Bearer abc").unwrap().is_none());
        assert!(BasicCredentials::parse(b"Basicabc").unwrap().is_none());
    }

    proptest! {
        #[test]
        fn parsing_never_panics(bytes: Vec<u8>, text: String) {
            let _ = BasicCredentials::parse(&bytes);
            let _ = basic(&text);
        }
    }
}
