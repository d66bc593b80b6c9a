//! The identity of a public client that registers itself: programs that are installed a thousand times register a
//! thousand times, and are one client. See `docs/decisions` for what follows.

use aws_lc_rs::digest::{SHA256, digest};
use pixie_oauth::{ClientAuthMethod, ClientMetadata};

use crate::entities::Client;

/// The hash of the metadata that a client gave; none if it has a secret or keys of its own, which make it one
/// of a kind. `named` is the name that it gave itself.
pub(super) fn identity_of(client: &Client, named: Option<&str>) -> Option<[u8; 32]> {
    let own_keys = client.jwks.is_some() || client.jwks_uri.is_some();
    if client.auth_method != ClientAuthMethod::None || own_keys {
        return None;
    }
    let mut redirect_uris: Vec<_> = client
        .redirect_uris
        .iter()
        .map(|uri| uri.without_free_port(&client.rules))
        .collect();
    redirect_uris.sort_unstable();
    redirect_uris.dedup();
    let canonical = ClientMetadata {
        client_id: None,
        client_name: named.map(str::to_owned),
        redirect_uris: Some(redirect_uris),
        ..client.metadata()
    };
    let canonical = serde_json::to_vec(&canonical).ok()?;
    let mut identity = [0; 32];
    identity.copy_from_slice(digest(&SHA256, &canonical).as_ref());
    Some(identity)
}

#[cfg(test)]
mod tests {
    use pixie_oauth::{RedirectUri, WebUri};

    use super::*;
    use crate::examples::client;

    fn at(uris: &[&str]) -> Client {
        let uris = uris.iter().map(|uri| RedirectUri::from_stored((*uri).to_owned()));
        Client {
            redirect_uris: uris.collect(),
            ..client()
        }
    }

    fn identity(client: &Client) -> Option<[u8; 32]> {
        identity_of(client, Some("Agent"))
    }

    #[test]
    fn a_free_port_and_the_order_make_no_other_client() {
        let one = identity(&at(&["http://127.0.0.1:51004/cb", "https://a.example/cb"]));
        assert_eq!(
            one,
            identity(&at(&["https://a.example/cb", "http://127.0.0.1:7/cb"]))
        );
        assert_ne!(
            one,
            identity(&at(&["https://a.example/cb", "http://127.0.0.1:7/other"]))
        );
        assert_ne!(
            identity(&at(&["http://localhost:1/cb"])),
            identity(&at(&["http://localhost:2/cb"])),
            "the port of localhost is not free in this profile"
        );
    }

    #[test]
    fn another_name_makes_another_client() {
        let client = at(&["https://a.example/cb"]);
        assert_ne!(identity(&client), identity_of(&client, None));
    }

    #[test]
    fn secrets_and_keys_make_a_client_one_of_a_kind() {
        let mut confidential = client();
        confidential.auth_method = ClientAuthMethod::ClientSecretBasic;
        assert_eq!(identity(&confidential), None);
        let mut with_keys = client();
        with_keys.jwks_uri = WebUri::parse("https://a.example/jwks").ok();
        assert_eq!(identity(&with_keys), None);
    }
}
