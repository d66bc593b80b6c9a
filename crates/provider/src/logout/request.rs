//! Logout requests: the client that sent one, and the address that it may redirect to (OpenID Connect RP-Initiated
//! Logout 1.0 sections 2 and 3).

use std::sync::Arc;

use pixie_oauth::{ClientId, Params, Profile, RedirectUri, Relaxation, Rules};

use super::refusal::LogoutRefusal;
use crate::clients::unregistered_uri::{UnregisteredUri, shown};
use crate::context::Context;
use crate::entities::Client;
use crate::tokens::id_token_hint;
use crate::tokens::id_token_hint::IdTokenHint;

/// If the browser may go after signing out: an address that the client has registered, with its `state`. Only this
/// file makes one, so that an open redirect cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostLogoutRedirect {
    registered: RedirectUri,
    location: String,
}

impl PostLogoutRedirect {
    /// The address that the browser goes to, `state` included.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The address as it is registered.
    pub fn registered(&self) -> &RedirectUri {
        &self.registered
    }
}

/// A request whose parts agree with each other and with what is registered.
#[derive(Clone, Debug)]
pub(crate) struct LogoutRequest {
    pub(super) client: Option<Arc<Client>>,
    pub(super) hint: Option<IdTokenHint>,
    pub(super) return_to: Option<PostLogoutRedirect>,
}

pub(crate) async fn logout_request(
    context: &Context,
    params: &Params,
) -> Result<LogoutRequest, LogoutRefusal> {
    let hint = match params.get("id_token_hint") {
        Some(text) => Some(id_token_hint::id_token_hint(&context.base, &context.keys, text).await?),
        None => None,
    };
    let client = match named_client(params.get("client_id"), hint.as_ref())? {
        Some(id) => Some(
            context
                .known_clients
                .find(&id)
                .await?
                .ok_or_else(|| LogoutRefusal::UnknownClient(shown(id.as_str())))?,
        ),
        None => None,
    };
    let return_to = params
        .get("post_logout_redirect_uri")
        .map(|uri| return_to(client.as_deref(), uri, params.get("state")))
        .transpose()?;
    Ok(LogoutRequest {
        client,
        hint,
        return_to,
    })
}

fn named_client(
    client_id: Option<&str>,
    hint: Option<&IdTokenHint>,
) -> Result<Option<ClientId>, LogoutRefusal> {
    match (client_id, hint) {
        (Some(id), Some(hint)) if hint.client.as_str() != id => Err(LogoutRefusal::OtherClient),
        (_, Some(hint)) => Ok(Some(hint.client.clone())),
        (Some(id), None) => ClientId::parse(id)
            .map(Some)
            .map_err(|_| LogoutRefusal::UnknownClient(shown(id))),
        (None, None) => Ok(None),
    }
}

/// The return address, if it is one of the client's, byte for byte, or one that a wildcard of the client allows.
fn return_to(
    client: Option<&Client>,
    requested: &str,
    state: Option<&str>,
) -> Result<PostLogoutRedirect, LogoutRefusal> {
    let client = client.ok_or(LogoutRefusal::NobodysReturn)?;
    let unregistered = || {
        let registered = client.post_logout_redirect_uris.iter();
        let uri = UnregisteredUri::new(client.id.as_str(), requested, registered.map(RedirectUri::as_str));
        LogoutRefusal::UnregisteredReturn(Box::new(uri))
    };
    let is_registered = |uri: &RedirectUri| {
        (uri.as_str() == requested && !uri.is_wildcard())
            || (uri.is_wildcard() && uri.matches(requested, &client.rules))
    };
    if !client.post_logout_redirect_uris.iter().any(is_registered) {
        return Err(unregistered());
    }
    // What is registered was checked then, by the rules of then; a script or a fragment is never gone to.
    let relaxed = [Relaxation::HttpRedirectUris, Relaxation::OneWordSchemes];
    let rules = Rules::new(Profile::Legacy, relaxed);
    let registered = RedirectUri::parse(requested, &rules).map_err(|_| unregistered())?;
    let location = match state {
        Some(state) => registered.with_query([("state", state)]),
        None => registered.as_str().to_owned(),
    };
    Ok(PostLogoutRedirect { registered, location })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::client;

    fn registered_with(uris: &[&str]) -> Client {
        let mut client = client();
        let uris = uris.iter().map(|uri| RedirectUri::from_stored((*uri).to_owned()));
        client.post_logout_redirect_uris = uris.collect();
        client
    }

    #[test]
    fn a_registered_wildcard_and_a_word_are_returned_to() {
        let mut client = registered_with(&["https://*.preview.example/out", "cursor://host/out"]);
        let returned = |client: &Client, uri: &str| return_to(Some(client), uri, None).is_ok();
        assert!(returned(&client, "cursor://host/out"));
        assert!(
            !returned(&client, "https://a.preview.example/out"),
            "not without the relaxation"
        );
        client.rules = Rules::new(Profile::Oidc, [Relaxation::WildcardRedirectUris]);
        assert!(returned(&client, "https://a.preview.example/out"));
        for other in [
            "https://*.preview.example/out",
            "https://preview.example/out",
            "https://a.b.preview.example/out",
        ] {
            assert!(!returned(&client, other), "{other}");
        }
    }

    fn hint(client: &str) -> IdTokenHint {
        IdTokenHint {
            client: ClientId::parse(client).unwrap(),
            subject: "ada".to_owned(),
            session: None,
        }
    }

    #[test]
    fn the_return_address_is_compared_byte_for_byte() {
        let client = registered_with(&["https://rp.example/out?tenant=1"]);
        let returned = return_to(Some(&client), "https://rp.example/out?tenant=1", Some("a b&c")).unwrap();
        assert_eq!(
            returned.location(),
            "https://rp.example/out?tenant=1&state=a+b%26c"
        );
        for other in [
            "https://rp.example/out",
            "https://rp.example/out?tenant=1&",
            "https://rp.example/out?tenant=1&a=b",
            "https://rp.example/out?tenant=2",
            "https://RP.example/out?tenant=1",
            "https://rp.example:443/out?tenant=1",
            "https://rp.example/out/?tenant=1",
            "https://rp.example/x/../out?tenant=1",
            "https://rp.example/%6Fut?tenant=1",
            "https://rp.example@evil.example/out?tenant=1",
            "https://rp.example.evil.example/out?tenant=1",
            "http://rp.example/out?tenant=1",
            "https://rp.example/out?tenant=1#",
            " https://rp.example/out?tenant=1",
            "https://rp.example/out?tenant=1\n",
            "//rp.example/out?tenant=1",
            "https:\\\\rp.example/out?tenant=1",
        ] {
            let refused = return_to(Some(&client), other, None);
            assert!(
                matches!(refused, Err(LogoutRefusal::UnregisteredReturn(_))),
                "{other}"
            );
        }
    }

    #[test]
    fn loopback_ports_do_not_vary_after_signing_out() {
        let client = registered_with(&["http://127.0.0.1:8001/out"]);
        assert!(return_to(Some(&client), "http://127.0.0.1:8001/out", None).is_ok());
        assert!(return_to(Some(&client), "http://127.0.0.1:9999/out", None).is_err());
    }

    #[test]
    fn an_address_without_state_is_gone_to_as_it_is_registered() {
        for uri in [
            "https://rp.example/out",
            "https://rp.example/out?",
            "com.example.app:/out",
        ] {
            let client = registered_with(&[uri]);
            assert_eq!(return_to(Some(&client), uri, None).unwrap().location(), uri);
        }
    }

    #[test]
    fn a_script_is_not_gone_to_even_if_it_is_registered() {
        for uri in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://rp.example/#",
            "/o/",
            "",
        ] {
            assert!(
                return_to(Some(&registered_with(&[uri])), uri, None).is_err(),
                "{uri}"
            );
        }
    }

    #[test]
    fn nobody_returns_to_an_address_of_nobody() {
        assert_eq!(
            return_to(None, "https://rp.example/out", None),
            Err(LogoutRefusal::NobodysReturn)
        );
    }

    #[test]
    fn the_named_client_is_the_hints() {
        let named = |client_id, hint: Option<&str>| {
            let hint = hint.map(self::hint);
            named_client(client_id, hint.as_ref()).map(|id| id.map(|id| id.to_string()))
        };
        assert_eq!(named(None, None), Ok(None));
        assert_eq!(named(Some("a"), None), Ok(Some("a".to_owned())));
        assert_eq!(named(None, Some("a")), Ok(Some("a".to_owned())));
        assert_eq!(named(Some("a"), Some("a")), Ok(Some("a".to_owned())));
        assert_eq!(named(Some("b"), Some("a")), Err(LogoutRefusal::OtherClient));
    }
}
