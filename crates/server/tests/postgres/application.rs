//! The requests of the application `app`.

use crate::node::{Answer, Node, text};

pub(crate) const REDIRECT_URI: &str = "https://app.example/callback";
/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The path of the authorization request that starts a login.
pub(crate) fn authorization(client: &str, redirect_uri: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", redirect_uri),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "s"),
        ])
        .finish();
    format!("/o/authorize/?{query}")
}

/// The same for `app`, with an id token.
pub(crate) fn sign_in_at_app() -> String {
    authorization("app", REDIRECT_URI) + "&scope=openid+read"
}

/// A code for its tokens (RFC 6749 section 4.1.3).
pub(crate) async fn redeem(node: &Node, code: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    ask(node, "/o/token/", &fields).await
}

/// A refresh token for the next one (RFC 6749 section 6).
pub(crate) async fn refresh(node: &Node, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    ask(node, "/o/token/", &fields).await
}

/// A token for the application itself (RFC 6749 section 4.4), which is a JWT.
pub(crate) async fn own_token(node: &Node) -> String {
    let fields = [("grant_type", "client_credentials"), ("scope", "read")];
    text(&ask(node, "/o/token/", &fields).await, "access_token")
}

/// The end of a token (RFC 7009).
pub(crate) async fn revoke(node: &Node, token: &str) {
    let answer = ask(node, "/o/revoke_token/", &[("token", token)]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Returns `true` if the token is active (RFC 7662).
pub(crate) async fn is_active(node: &Node, token: &str) -> bool {
    let answer = ask(node, "/o/introspect/", &[("token", token)]).await;
    answer.json()["active"].as_bool().unwrap()
}

async fn ask(node: &Node, path: &str, fields: &[(&str, &str)]) -> Answer {
    let secret = "a-secret-of-forty-characters-and-no-more";
    let fields = [&[("client_id", "app"), ("client_secret", secret)], fields].concat();
    node.post(path, &fields).await
}
