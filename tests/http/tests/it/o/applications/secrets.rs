//! Secrets are shown once, replaced and dead; deleting kills tokens (RFC 6749 section 2.3.1).

use super::{page_of, register, update};
use pixie_testing::harness::{Client, Server, VERIFIER, basic, challenge, encode, on_both_stores};

const CONFIDENTIAL: &[(&str, &str)] = &[
    ("client_type", "confidential"),
    ("grant_types_client-credentials", "client-credentials"),
];

/// The text of the element with this id.
fn shown(body: &str, id: &str) -> String {
    let start = body.find(&format!("id=\"{id}\">")).unwrap() + id.len() + 6;
    body[start..start + body[start..].find('<').unwrap()].to_owned()
}

async fn may_authenticate(server: &Server, id: &str, secret: &str) -> bool {
    let form = [("grant_type", "client_credentials")];
    let answer = server.post_with("/o/token/", &form, basic(id, secret)).await;
    answer.status.as_u16() == 200
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let answer = register(&alice, CONFIDENTIAL).await.assert_status(200);
    let secret = shown(&answer.body, "client_secret");
    assert!(secret.starts_with("pixie_cs_"), "{secret}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(may_authenticate(&server, "an-app", &secret).await);
    let page = page_of(&server, "an-app").await;
    for path in ["", "update/", "rotate-secret/", "delete/"] {
        let again = alice.get(&format!("{page}{path}")).await.assert_status(200);
        assert!(
            !again.body.contains(&secret) && !again.body.contains("pixie_cs_"),
            "{again:?}"
        );
    }
    let stored = String::from_utf8_lossy(&server.database().concat()).into_owned();
    assert!(!stored.contains(&secret));
}

#[on_both_stores]
async fn rotating_kills_the_old_secret() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let old = shown(&register(&alice, CONFIDENTIAL).await.body, "client_secret");
    let page = page_of(&server, "an-app").await;
    let answer = alice
        .submit(&format!("{page}rotate-secret/"), &[])
        .await
        .assert_status(200);
    let new = shown(&answer.body, "client_secret");
    assert!(!may_authenticate(&server, "an-app", &old).await);
    assert!(may_authenticate(&server, "an-app", &new).await);
}

#[on_both_stores]
async fn a_public_application_has_no_secret_to_rotate() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let token = register(&alice, &[]).await.assert_status(303);
    assert!(token.body.is_empty());
    let page = page_of(&server, "an-app").await;
    alice
        .get(&format!("{page}rotate-secret/"))
        .await
        .assert_page(404, "Page not found");
    let token = alice.get("/o/applications/").await.field("csrf_token");
    let answer = alice
        .post(&format!("{page}rotate-secret/"), &[("csrf_token", &token)])
        .await;
    answer.assert_page(404, "Page not found");
}

#[on_both_stores]
async fn the_client_type_never_changes_by_the_form() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let secret = shown(&register(&alice, CONFIDENTIAL).await.body, "client_secret");
    let page = page_of(&server, "an-app").await;
    let mut form = update("1", "An app");
    form.extend([("grant_types_client-credentials", "x"), ("client_id", "other")]);
    alice
        .submit(&format!("{page}update/"), &form)
        .await
        .assert_status(303);
    alice.get(&page).await.assert_page(200, "Confidential");
    assert!(may_authenticate(&server, "an-app", &secret).await);
    assert!(!may_authenticate(&server, "other", &secret).await);
}

#[on_both_stores]
async fn deleting_kills_tokens_codes_and_consents_at_once() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    register(&alice, &[]).await.assert_status(303);
    let page = page_of(&server, "an-app").await;
    let client = Client {
        id: "an-app".to_owned(),
        key: page.split('/').nth(3).unwrap().parse().unwrap(),
        redirect_uri: "https://app.example/cb".to_owned(),
        secret: None,
    };
    let code = alice.consent(&client, &[], "allow").await.code();
    let tokens = pixie_testing::harness::Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let unused = alice.authorize(&client).await.code();
    assert!(server.is_active(&tokens.access).await);
    alice
        .submit(&format!("{page}delete/"), &[])
        .await
        .assert_status(303);
    assert!(!server.is_active(&tokens.access).await);
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_client");
    alice
        .authorize(&client)
        .await
        .assert_page(400, "Unknown client_id");
    register(&alice, &[]).await.assert_status(303);
    assert!(!server.is_active(&tokens.access).await);
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
    server
        .redeem(&client, &unused)
        .await
        .assert_error("invalid_grant");
    let redirect = alice.authorize(&client).await.assert_status(302);
    assert!(
        redirect.location().starts_with("/o/consent/"),
        "the new application inherits no consent"
    );
}

#[on_both_stores]
async fn an_unregistered_redirect_uri_gets_no_code_from_the_next_moment_on() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    register(&root, &[("skip_authorization", "true")])
        .await
        .assert_status(303);
    let page = page_of(&server, "an-app").await;
    let request = encode(&[
        ("client_id", "an-app"),
        ("response_type", "code"),
        ("redirect_uri", "https://app.example/cb"),
        ("code_challenge", &challenge(VERIFIER)),
        ("code_challenge_method", "S256"),
    ]);
    root.get(&format!("/o/authorize/?{request}")).await.code();
    let mut form = update("1", "An app");
    form.retain(|(name, _)| *name != "redirect_uris");
    form.push(("redirect_uris", "https://elsewhere.example/cb"));
    root.submit(&format!("{page}update/"), &form)
        .await
        .assert_status(303);
    root.get(&format!("/o/authorize/?{request}"))
        .await
        .assert_page(400, "redirect_uri is not registered");
}
