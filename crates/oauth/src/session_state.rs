//! The state of a login that an application's page can watch (OpenID Connect Session Management section 4.2).

use crate::token::sha256;
use crate::{ClientId, Origin};

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

/// The `session_state` of an authorization response: the hash of `client_id origin browser_state salt` in lower case
/// hexadecimal, a dot, the salt. The provider's iframe computes it again with `crypto.subtle.digest("SHA-256", …)` from the
/// message's client id and origin, the browser state it can read, and the salt behind the dot.
///
/// `origin` is that of the redirect URI; `salt` is random, and neither it nor `browser_state` has a space or a dot.
pub fn session_state(client_id: &ClientId, origin: &Origin, browser_state: &str, salt: &str) -> String {
    let mut state = String::with_capacity(65 + salt.len());
    for byte in sha256(format!("{client_id} {origin} {browser_state} {salt}").as_bytes()) {
        for digit in [byte >> 4, byte & 15] {
            state.push(char::from(HEXADECIMAL[usize::from(digit)]));
        }
    }
    state.push('.');
    state.push_str(salt);
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(client_id: &str, origin: &str, browser_state: &str, salt: &str) -> String {
        let (client_id, origin) = (
            ClientId::parse(client_id).unwrap(),
            Origin::parse(origin).unwrap(),
        );
        session_state(&client_id, &origin, browser_state, salt)
    }

    #[test]
    fn it_is_the_hash_that_the_iframe_computes_and_the_salt() {
        assert_eq!(
            state("client", "https://rp.example", "browser", "salt"),
            "c9db3af598dfac90a4d4709f1599c9505fcaf01fe20cf2b7908be8929144c3db.salt"
        );
    }

    #[test]
    fn it_changes_with_each_of_its_parts() {
        let first = state("client", "https://rp.example", "browser", "salt");
        for other in [
            state("other", "https://rp.example", "browser", "salt"),
            state("client", "https://rp.example:8443", "browser", "salt"),
            state("client", "https://rp.example", "signed-out", "salt"),
            state("client", "https://rp.example", "browser", "pepper"),
        ] {
            assert_ne!(other, first);
        }
    }

    #[test]
    fn it_has_no_space() {
        assert!(!state("a client", "https://rp.example", "browser", "salt").contains(' '));
    }
}
