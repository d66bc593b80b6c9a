//! Answers that carry tokens through the browser: to whom, how, and never as markup (OpenID Connect Core section 3.2, OAuth
//! 2.0 Form Post Response Mode, RFC 9700 section 2.1.2).

use pixie_oauth::ResponseType;
use serde_json::{Value, json};

use pixie_testing::harness::{Answer, Client, Server, on_both_stores};

const MARKUP: &str = "\"'></form><script>alert(1)</script>";

const FRONT_CHANNEL: [&str; 5] = [
    "id_token",
    "id_token token",
    "code id_token",
    "code token",
    "code id_token token",
];

/// A server that offers everything.
async fn offering() -> Server {
    Server::with(|settings| settings.response_types = ResponseType::ALL.to_vec()).await
}

async fn client(server: &Server, further: Value) -> Client {
    let metadata = json!({
        "client_id": "rp", "redirect_uris": ["https://rp.example/cb"], "skip_authorization": true, "profile": "oidc",
        "grant_types": ["authorization_code", "implicit"], "response_types": ["code", "id_token", "code id_token token"],
    });
    server
        .register(pixie_testing::harness::signing::merged(metadata, &further))
        .await
}

/// `true` if an answer brings the client anything, wherever it is.
fn gives(answer: &Answer) -> bool {
    ["code", "access_token", "id_token"].iter().any(|name| {
        answer.location().contains(&format!("{name}=")) || answer.body.contains(&format!("name=\"{name}\""))
    })
}

#[on_both_stores]
async fn a_form_carries_whatever_it_carries_as_text() {
    let server = offering().await;
    let client = client(
        &server,
        json!({ "redirect_uris": ["https://rp.example/cb?'a=b&c"] }),
    )
    .await;
    let browser = server.sign_in("alice").await;
    for (response_type, nonce, given) in [
        ("code", "", true),
        ("code id_token token", MARKUP, true),
        ("id_token", "", false),
        (MARKUP, "", false),
    ] {
        let changes = [
            ("response_type", response_type),
            ("response_mode", "form_post"),
            ("scope", "openid"),
            ("state", MARKUP),
            ("nonce", nonce),
        ];
        let page = browser.authorize_with(&client, &changes).await.assert_status(200);
        assert_eq!(gives(&page), given, "{page:?}");
        assert_eq!(page.field("state"), MARKUP);
        assert!(!page.body.contains("alert(1)</script>"), "{page:?}");
        // One script, and the policy knows no other.
        let policy = page.header("content-security-policy");
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap();
        let scripts: Vec<_> = page.body.match_indices("<script").collect();
        assert_eq!(scripts.len(), 1, "{page:?}");
        assert!(
            page.body.contains(&format!("<script nonce=\"{nonce}\">")),
            "{page:?}"
        );
        // The client's site may redirect on.
        assert!(!policy.contains("form-action"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store");
        let again = browser.authorize_with(&client, &changes).await;
        assert!(!again.header("content-security-policy").contains(nonce));
    }
}

#[on_both_stores]
async fn a_client_gets_only_the_response_types_that_it_is_registered_for() {
    let server = offering().await;
    let (client, spa) = (client(&server, json!({})).await, server.spa().await);
    let browser = server.sign_in("alice").await;
    for response_type in FRONT_CHANNEL {
        for mode in ["", "fragment", "form_post"] {
            let changes = [
                ("response_type", response_type),
                ("response_mode", mode),
                ("scope", "openid"),
                ("nonce", "n"),
            ];
            let own = ["id_token", "code id_token token"].contains(&response_type);
            let answer = browser.authorize_with(&client, &changes).await;
            assert_eq!(gives(&answer), own, "{response_type} {mode}: {answer:?}");
            let answer = browser.authorize_with(&spa, &changes).await;
            assert!(!gives(&answer), "{response_type} {mode}: {answer:?}");
        }
    }
}

#[on_both_stores]
async fn no_token_travels_in_a_query_whatever_is_asked_for() {
    let server = offering().await;
    let client = client(&server, json!({})).await;
    let browser = server.sign_in("alice").await;
    for response_type in ["id_token", "code id_token token"] {
        let changes = [
            ("response_type", response_type),
            ("response_mode", "query"),
            ("scope", "openid"),
            ("nonce", "n"),
        ];
        let answer = browser.authorize_with(&client, &changes).await;
        assert!(
            !gives(&answer) && answer.location().contains("#error=invalid_request"),
            "{answer:?}"
        );
    }
}

/// A secret protects the code of a client that leaves PKCE out; a public one has none.
#[on_both_stores]
async fn a_public_client_proves_itself_whatever_else_it_gets_beside_the_code() {
    let server = offering().await;
    let client = client(&server, json!({ "token_endpoint_auth_method": "none" })).await;
    let browser = server.sign_in("alice").await;
    for response_type in ["code", "code id_token token"] {
        let changes = [
            ("response_type", response_type),
            ("scope", "openid"),
            ("nonce", "n"),
            ("code_challenge", ""),
            ("code_challenge_method", ""),
        ];
        let answer = browser.authorize_with(&client, &changes).await;
        assert!(
            !gives(&answer) && answer.location().contains("error=invalid_request"),
            "{answer:?}"
        );
    }
}

/// A profile that lets no token travel through the browser is not got round by having had another one before.
#[on_both_stores]
async fn no_profile_but_those_that_say_so_lets_tokens_travel() {
    let server = offering().await;
    for profile in ["oauth21", "mcp"] {
        let metadata: pixie_oauth::ClientMetadata = serde_json::from_value(json!({
            "redirect_uris": ["https://rp.example/cb"], "profile": profile,
            "grant_types": ["authorization_code", "implicit"], "response_types": ["code", "id_token token"],
        }))
        .unwrap();
        let registered = server
            .provider
            .register_client(pixie_provider::Actor::Operator, &metadata)
            .await;
        assert!(registered.is_err(), "{profile}");
    }
}

#[on_both_stores]
async fn tokens_of_a_response_end_when_its_code_is_used_twice() {
    let server = offering().await;
    let client = client(&server, json!({})).await;
    let browser = server.sign_in("alice").await;
    let changes = [
        ("response_type", "code id_token token"),
        ("scope", "openid"),
        ("nonce", "n"),
    ];
    let answer = browser.authorize_with(&client, &changes).await;
    let (_, fragment) = answer.location().split_once('#').unwrap();
    let given = |name: &str| {
        let mut pairs = form_urlencoded::parse(fragment.as_bytes());
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let (code, access) = (given("code"), given("access_token"));
    assert!(server.is_active(&access).await);
    server.redeem(&client, &code).await.assert_status(200);
    assert!(server.is_active(&access).await);
    server.redeem(&client, &code).await.assert_status(400);
    assert!(!server.is_active(&access).await);
}
