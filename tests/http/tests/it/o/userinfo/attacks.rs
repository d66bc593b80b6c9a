//! Tokens that are not valid for userinfo (RFC 6750 sections 2 and 3.1).

use axum::body::Body;
use axum::http::{Method, Request, header};

use super::{USERINFO, ask, by_header, released_claims, token_for, tokens_for};
use rusqlite::Connection;

use pixie_testing::harness::{Answer, Server, authorization, on_both_stores};

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.json()["error"], error);
    let description = answer.json()["error_description"].as_str().unwrap().to_owned();
    let clean = |character: char| matches!(character, ' '..='~') && !matches!(character, '"' | '\\');
    assert!(description.chars().all(clean), "{description}");
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer realm=\"pixie\",error=\""),
        "{challenge}"
    );
    assert!(challenge.contains(error), "{challenge}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[on_both_stores]
async fn who_sends_no_token_is_told_only_that_one_is_needed() {
    let server = Server::start().await;
    for answer in [
        server.get(USERINFO).await,
        server.post(USERINFO, &[]).await,
        by_header(&server, Method::GET, "Basic YTpi").await,
    ] {
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"pixie\"");
        assert_eq!(answer.body, "{}");
    }
}

#[on_both_stores]
async fn a_token_in_the_query_is_refused_even_beside_a_good_one() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    for method in [Method::GET, Method::POST] {
        for in_header in [false, true] {
            let mut request = Request::builder()
                .method(method.clone())
                .uri(format!("{USERINFO}?access%5Ftoken={token}"));
            if in_header {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            }
            let answer = server.send(request.body(Body::empty()).unwrap()).await;
            assert_refused(&answer, 400, "invalid_request");
        }
    }
}

#[on_both_stores]
async fn more_than_one_token_is_refused() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    let bearer = format!("Bearer {token}");
    let form = [("access_token", token.as_str())];
    let in_body_too = server.post_with(USERINFO, &form, authorization(&bearer));
    assert_refused(&in_body_too.await, 400, "invalid_request");
    let twice = Request::get(USERINFO)
        .header(header::AUTHORIZATION, &bearer)
        .header(header::AUTHORIZATION, &bearer);
    assert_refused(
        &server.send(twice.body(Body::empty()).unwrap()).await,
        400,
        "invalid_request",
    );
    let form = [("access_token", token.as_str()), ("access_token", token.as_str())];
    assert_refused(&server.post(USERINFO, &form).await, 400, "invalid_request");
}

#[on_both_stores]
async fn a_token_in_the_body_of_a_get_request_or_of_no_form_is_none() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    let body = format!("access_token={token}");
    for (method, content_type) in [
        (Method::GET, "application/x-www-form-urlencoded"),
        (Method::POST, "text/plain"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(USERINFO)
            .header(header::CONTENT_TYPE, content_type);
        let answer = server.send(request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(answer.status, 401, "{content_type}");
    }
}

#[on_both_stores]
async fn unknown_and_other_tokens_are_refused() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    let tokens = tokens_for(&server, &spa, "dora", &[("scope", "openid offline_access")]).await;
    let forged = format!("{}x", &tokens.access[..tokens.access.len() - 1]);
    let sub = dora.id.to_string();
    for token in ["x", "", &forged, &tokens.refresh, &sub, &"x".repeat(4000)] {
        assert_refused(&ask(&server, token).await, 401, "invalid_token");
    }
}

#[on_both_stores]
async fn an_expired_token_is_refused() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    server.clock.advance(3599);
    released_claims(&server, &token).await;
    server.clock.advance(1);
    assert_refused(&ask(&server, &token).await, 401, "invalid_token");
}

#[on_both_stores]
async fn a_revoked_token_is_refused() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    released_claims(&server, &token).await;
    server.revoke(&spa, &token).await.assert_status(200);
    assert_refused(&ask(&server, &token).await, 401, "invalid_token");
}

/// RFC 9449 section 7.2, RFC 8705 section 3. The server offers no way to bind a token yet, so the row is changed.
#[tokio::test]
async fn a_bound_token_is_refused_as_a_bearer_token() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    released_claims(&server, &token).await;
    let database = Connection::open(server.database_path()).unwrap();
    let bound = r#"{"jkt":"thumbprint"}"#;
    let changed = database.execute("UPDATE access_tokens SET confirmation = ?1", [bound]);
    assert_eq!(changed, Ok(1));
    assert_refused(&ask(&server, &token).await, 401, "invalid_token");
    let described = server.provider.describe_access_token(&token).await.unwrap();
    assert!(described.active && described.cnf.is_some());
}

#[on_both_stores]
async fn a_token_of_a_code_that_was_used_twice_is_refused() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let browser = server.sign_in("dora").await;
    let code = browser.authorize_with(&spa, &[("scope", "openid")]).await.code();
    let answer = server.redeem(&spa, &code).await.assert_status(200).json();
    let token = answer["access_token"].as_str().unwrap();
    released_claims(&server, token).await;
    server.redeem(&spa, &code).await.assert_error("invalid_grant");
    assert_refused(&ask(&server, token).await, 401, "invalid_token");
}

#[on_both_stores]
async fn nothing_is_told_of_somebody_whose_account_is_disabled() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, dora.id, true)
        .await
        .unwrap();
    assert_refused(&ask(&server, &token).await, 401, "invalid_token");
}

#[on_both_stores]
async fn a_client_that_is_gone_is_told_nothing() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    let operator = pixie_provider::Actor::Operator;
    server.provider.delete_client(operator, spa.key).await.unwrap();
    assert_refused(&ask(&server, &token).await, 401, "invalid_token");
}

#[on_both_stores]
async fn a_token_without_the_scope_openid_is_too_narrow() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "read").await;
    let answer = ask(&server, &token).await;
    assert_refused(&answer, 403, "insufficient_scope");
    assert!(answer.header("www-authenticate").ends_with("scope=\"openid\""));
}

#[on_both_stores]
async fn a_token_that_speaks_for_nobody_is_refused() {
    let server = Server::start().await;
    let api = server.api().await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let answer = server.token(&api, &form).await.assert_status(200).json();
    let token = answer["access_token"].as_str().unwrap();
    assert_refused(&ask(&server, token).await, 401, "invalid_token");
}
