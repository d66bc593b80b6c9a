//! The identifiers of a user and of a session for a client (OpenID Connect Core section 8, Back-Channel Logout section
//! 2.1).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::{RedirectUri, SubjectType, WebUri};

use crate::entities::{Client, LocalSubject};
use crate::ids::SessionId;
use crate::keys::PurposeKeys;

pub(crate) fn subject(keys: &PurposeKeys, client: &Client, local: LocalSubject<'_>) -> String {
    match client.subject_type {
        None | Some(SubjectType::Public) => local.to_string(),
        Some(SubjectType::Pairwise) => {
            let (key, sector) = (&keys.subjects, sector(client).as_bytes());
            // A given subject is ASCII; an id of 16 bytes is a UUID of version 7, which has a byte above that.
            match local.given() {
                Some(given) => name(key, sector, given.as_str().as_bytes()),
                None => name(key, sector, local.account().as_uuid().as_bytes()),
            }
        }
    }
}

pub(crate) fn session_identifier(keys: &PurposeKeys, client: &Client, session: SessionId) -> String {
    let (key, session) = (client.key.as_uuid(), session.as_uuid());
    let purpose = &keys.session_identifiers;
    name(purpose, key.as_bytes(), session.as_bytes())
}

/// A name that nobody without the key can make, for `what` in the eyes of `whom`.
fn name(key: &hmac::Key, whom: &[u8], what: &[u8]) -> String {
    let tag = hmac::sign(key, &[whom, b"\0", what].concat());
    URL_SAFE_NO_PAD.encode(&tag.as_ref()[..24])
}

/// The sector of a client (OpenID Connect Core section 8.1): the host of its sector document, else of its redirect URI.
/// Registration makes sure that there is a document if the redirect URIs have several hosts.
fn sector(client: &Client) -> &str {
    let document = client.sector_identifier_uri.as_ref().map(WebUri::host);
    let redirect_uri = client.redirect_uris.first().map(RedirectUri::host);
    document.or(redirect_uri).unwrap_or_else(|| client.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::client;

    #[test]
    fn the_sector_is_the_host_of_the_document_or_of_the_redirect_uri() {
        let mut client = client();
        for (uri, host) in [
            ("https://a.example:8443/cb?x=1", "a.example"),
            ("http://[::1]:9000/cb", "[::1]"),
            ("http://[::1]/cb", "[::1]"),
            ("com.example.app:/cb", "com.example.app"),
            ("com.example.app://callback", "com.example.app"),
        ] {
            client.redirect_uris = vec![RedirectUri::from_stored(uri.to_owned())];
            assert_eq!(sector(&client), host, "{uri}");
        }
        client.sector_identifier_uri = WebUri::parse("https://sector.example/uris.json").ok();
        assert_eq!(sector(&client), "sector.example");
    }
}
