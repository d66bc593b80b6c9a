//! Pages of applications that end their sessions in this browser (OpenID Connect Front-Channel Logout 1.0 section 2).

use pixie_oauth::{Issuer, WebUri};

use crate::entities::Client;

/// A page to load in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontChannelFrame {
    /// The address of the page, with the issuer and the session if the client asked for them.
    pub url: String,
    /// The address as it is registered, whose origin may be framed.
    pub registered: WebUri,
}

/// The page of a client, if it has one.
pub(super) fn frame(client: &Client, issuer: &Issuer, session: &str) -> Option<FrontChannelFrame> {
    let registered = client.frontchannel_logout_uri.clone()?;
    let url = if client.frontchannel_logout_session_required {
        registered.with_query([("iss", issuer.as_str()), ("sid", session)])
    } else {
        registered.as_str().to_owned()
    };
    Some(FrontChannelFrame { url, registered })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::client;

    fn url(uri: Option<&str>, session_required: bool) -> Option<String> {
        let mut client = client();
        client.frontchannel_logout_uri = uri.and_then(|uri| WebUri::parse(uri).ok());
        client.frontchannel_logout_session_required = session_required;
        let issuer = Issuer::parse("https://as.example/o").unwrap();
        frame(&client, &issuer, "a sid").map(|frame| frame.url)
    }

    #[test]
    fn issuer_and_session_are_added_where_they_are_asked_for_and_the_query_stays() {
        let added = "iss=https%3A%2F%2Fas.example%2Fo&sid=a+sid";
        let uri = Some("https://rp.example/out?a=b");
        assert_eq!(
            url(uri, true),
            Some(format!("https://rp.example/out?a=b&{added}"))
        );
        assert_eq!(url(uri, false).as_deref(), uri);
        let bare = Some("https://rp.example/out");
        assert_eq!(url(bare, true), Some(format!("https://rp.example/out?{added}")));
        assert_eq!(url(bare, false).as_deref(), bare);
    }

    #[test]
    fn only_pages_of_the_web_are_framed() {
        for uri in [
            None,
            Some("javascript:alert(1)"),
            Some("com.example.app:/out"),
            Some(""),
        ] {
            assert_eq!(url(uri, true), None, "{uri:?}");
        }
    }
}
