//! Resource indicators (RFC 8707): which APIs a token is for.

use serde_json::{Value, json};

use pixie_testing::harness::{Answer, Client, Server, Tokens, on_both_stores};

const ORDERS: &str = "https://orders.example/";
const FILES: &str = "urn:example:files";
const OTHER: &str = "https://other.example/";

/// A code that was asked for with these resources.
async fn code_for(server: &Server, client: &Client, resources: &[&str]) -> String {
    let browser = server.sign_in("alice").await;
    let parameters: Vec<_> = resources.iter().map(|resource| ("resource", *resource)).collect();
    browser.authorize_with(client, &parameters).await.code()
}

/// A token request with these resources.
async fn ask(server: &Server, client: &Client, form: &[(&str, &str)], resources: &[&str]) -> Answer {
    let mut form = form.to_vec();
    form.extend(resources.iter().map(|resource| ("resource", *resource)));
    server.token(client, &form).await
}

async fn redeem(server: &Server, client: &Client, code: &str, resources: &[&str]) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", pixie_testing::harness::VERIFIER),
    ];
    ask(server, client, &form, resources).await
}

async fn refresh(server: &Server, client: &Client, token: &str, resources: &[&str]) -> Answer {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    ask(server, client, &form, resources).await
}

async fn client_credentials(server: &Server, client: &Client, resources: &[&str]) -> Answer {
    ask(server, client, &[("grant_type", "client_credentials")], resources).await
}

/// The `aud` of an answer's access token, as introspection tells it.
async fn audience(server: &Server, api: &Client, answer: &Answer) -> Value {
    let described = server.introspect(api, &Tokens::of(answer).access).await;
    assert_eq!(described["active"], true, "{answer:?}");
    described.get("aud").cloned().unwrap_or_default()
}

#[on_both_stores]
async fn a_token_is_for_the_resources_of_the_authorization_request() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    for (resources, expected) in [
        (&[][..], Value::Null),
        (&[ORDERS], json!(ORDERS)),
        (&[ORDERS, FILES], json!([ORDERS, FILES])),
        (&[FILES, ORDERS, FILES], json!([FILES, ORDERS])),
    ] {
        let code = code_for(&server, &spa, resources).await;
        let answer = redeem(&server, &spa, &code, &[]).await.assert_status(200);
        assert_eq!(audience(&server, &api, &answer).await, expected, "{resources:?}");
    }
}

#[on_both_stores]
async fn a_token_request_may_name_some_of_them() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let code = code_for(&server, &spa, &[ORDERS, FILES]).await;
    let answer = redeem(&server, &spa, &code, &[FILES]).await.assert_status(200);
    assert_eq!(audience(&server, &api, &answer).await, json!(FILES));
}

#[on_both_stores]
async fn a_token_request_may_not_name_others() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let code = code_for(&server, &spa, &[ORDERS]).await;
    for resources in [&[OTHER][..], &[ORDERS, OTHER], &["https://orders.example"]] {
        let answer = redeem(&server, &spa, &code, resources).await;
        answer.assert_error("invalid_target");
    }
    // The code was not touched.
    let answer = redeem(&server, &spa, &code, &[ORDERS]).await.assert_status(200);
    assert_eq!(audience(&server, &api, &answer).await, json!(ORDERS));
}

/// Many clients name the resource in the token request only.
#[on_both_stores]
async fn where_the_authorization_request_names_none_the_token_request_may() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let code = code_for(&server, &spa, &[]).await;
    let answer = redeem(&server, &spa, &code, &[ORDERS]).await.assert_status(200);
    assert_eq!(audience(&server, &api, &answer).await, json!(ORDERS));
}

#[on_both_stores]
async fn a_resource_that_is_no_absolute_uri_is_refused_with_invalid_target() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let code = code_for(&server, &spa, &[]).await;
    let tokens = server.tokens(&spa, "alice").await;
    let browser = server.sign_in("alice").await;
    for resource in [
        "orders",
        "/orders",
        "https://orders.example/#part",
        "https://orders example/",
        "https:",
    ] {
        browser
            .authorize_with(&spa, &[("resource", resource)])
            .await
            .assert_refused("https://spa.example/cb", "invalid_target");
        for answer in [
            redeem(&server, &spa, &code, &[resource]).await,
            redeem(&server, &spa, &code, &[ORDERS, resource]).await,
            refresh(&server, &spa, &tokens.refresh, &[resource]).await,
            client_credentials(&server, &api, &[resource]).await,
        ] {
            answer.assert_error("invalid_target");
        }
    }
    let many: Vec<_> = (0..21).map(|number| format!("urn:example:{number}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    client_credentials(&server, &api, &many)
        .await
        .assert_error("invalid_target");
    client_credentials(&server, &api, &many[1..])
        .await
        .assert_status(200);
    refresh(&server, &spa, &tokens.refresh, &[])
        .await
        .assert_status(200);
}

/// Clients send the address of the API they are about to call; the server need not know it.
#[on_both_stores]
async fn a_resource_that_the_server_does_not_know_is_no_reason_to_refuse() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    for resource in [
        "https://unknown.example",
        "https://unknown.example:8443/mcp?tenant=1",
        "http://localhost:8000/o",
        "com.example:/api",
        "urn:example:unknown",
    ] {
        let code = code_for(&server, &spa, &[resource]).await;
        let answer = redeem(&server, &spa, &code, &[resource]).await.assert_status(200);
        assert_eq!(audience(&server, &api, &answer).await, json!(resource));
    }
}

/// As some clients do with parameters that they do not use.
#[on_both_stores]
async fn an_empty_resource_names_nothing() {
    let server = Server::start().await;
    let api = server.api().await;
    let answer = client_credentials(&server, &api, &[""]).await.assert_status(200);
    assert_eq!(audience(&server, &api, &answer).await, Value::Null);
}

#[on_both_stores]
async fn a_refresh_keeps_all_resources_and_may_narrow_each_time() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let code = code_for(&server, &spa, &[ORDERS, FILES]).await;
    let mut answer = redeem(&server, &spa, &code, &[ORDERS]).await.assert_status(200);
    for (resources, expected) in [
        (&[][..], json!([ORDERS, FILES])),
        (&[FILES], json!(FILES)),
        (&[ORDERS], json!(ORDERS)),
        (&[FILES, ORDERS], json!([FILES, ORDERS])),
    ] {
        let token = Tokens::of(&answer).refresh;
        refresh(&server, &spa, &token, &[OTHER])
            .await
            .assert_error("invalid_target");
        answer = refresh(&server, &spa, &token, resources).await.assert_status(200);
        assert_eq!(audience(&server, &api, &answer).await, expected, "{resources:?}");
    }
}

/// Within the grace for lost answers, a client must not get a token for one API when it asks for another's.
#[on_both_stores]
async fn a_repeated_refresh_for_another_resource_does_not_get_the_first_answer() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let code = code_for(&server, &spa, &[ORDERS, FILES]).await;
    let first = Tokens::of(&redeem(&server, &spa, &code, &[]).await);
    let orders = refresh(&server, &spa, &first.refresh, &[ORDERS])
        .await
        .assert_status(200);
    let again = refresh(&server, &spa, &first.refresh, &[ORDERS])
        .await
        .assert_status(200);
    assert_eq!(orders.body, again.body);
    refresh(&server, &spa, &first.refresh, &[FILES])
        .await
        .assert_error("invalid_grant");
    let next = Tokens::of(&orders).refresh;
    refresh(&server, &spa, &next, &[FILES]).await.assert_status(200);
}

#[on_both_stores]
async fn client_credentials_are_for_the_resources_of_their_request() {
    let server = Server::start().await;
    let api = server.api().await;
    for (resources, expected) in [
        (&[][..], Value::Null),
        (&[ORDERS], json!(ORDERS)),
        (&[ORDERS, FILES], json!([ORDERS, FILES])),
    ] {
        let answer = client_credentials(&server, &api, resources)
            .await
            .assert_status(200);
        assert_eq!(audience(&server, &api, &answer).await, expected);
    }
}

#[on_both_stores]
async fn introspection_of_a_refresh_token_names_the_resources_of_its_grant() {
    let server = Server::start().await;
    let web = server.web_app().await;
    let code = code_for(&server, &web, &[ORDERS, FILES]).await;
    let tokens = Tokens::of(&redeem(&server, &web, &code, &[FILES]).await.assert_status(200));
    let described = server.introspect(&web, &tokens.refresh).await;
    assert_eq!(described["aud"], json!([ORDERS, FILES]));
}

/// An answer on the consent page is for the whole request.
#[on_both_stores]
async fn resources_survive_the_consent_page() {
    let server = Server::start().await;
    let (third, api) = (server.third_party().await, server.api().await);
    let browser = server.sign_in("alice").await;
    let parameters = [("resource", ORDERS), ("resource", FILES)];
    let code = browser.consent(&third, &parameters, "allow").await.code();
    let answer = redeem(&server, &third, &code, &[]).await.assert_status(200);
    assert_eq!(audience(&server, &api, &answer).await, json!([ORDERS, FILES]));
}
