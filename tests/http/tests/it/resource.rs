//! An API in the same process, guarded by `ResourceLayer` and asking `LocalChecker` (RFC 6750).

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::routing::get;
use pixie_oauth::{AccessTokenFormat, Origin, Scope};
use pixie_resource::{Access, Refusal, ResourceLayer};
use pixie_web::LocalChecker;
use tower::ServiceExt;

use pixie_testing::harness::{Answer, Server, Tokens};

/// The walkthrough's very private API, mounted beside Pixie.
fn application(server: &Server) -> Router {
    guarded(server, |guard| guard)
}

/// The same, guarded in another way.
fn guarded(server: &Server, change: impl FnOnce(ResourceLayer) -> ResourceLayer) -> Router {
    let pixie = Arc::new(LocalChecker::new(server.provider.clone()));
    let guard = change(ResourceLayer::new(pixie.clone()))
        .scope(Scope::parse("read").unwrap())
        .sessions(pixie, Origin::parse("http://localhost:8000").unwrap());
    let private = Router::new()
        .route("/api/test/", get(read).post(write))
        .route_layer(guard);
    server.router().merge(private)
}

async fn read(access: Access) -> String {
    format!("hello {}", access.username().or(access.sub()).unwrap_or_default())
}

async fn write(access: Access) -> Result<&'static str, Refusal> {
    access.require("write")?;
    Ok("written")
}

async fn call(server: &Server, method: &str, uri: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    Answer::read(application(server).oneshot(request).await.unwrap()).await
}

async fn with_token(server: &Server, method: &str, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    call(server, method, "/api/test/", &[(header::AUTHORIZATION, &bearer)]).await
}

#[tokio::test]
async fn a_good_token_is_let_in() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let answer = with_token(&server, "GET", &tokens.access)
        .await
        .assert_status(200);
    assert_eq!(answer.body, "hello alice");
    with_token(&server, "POST", &tokens.access)
        .await
        .assert_status(200);
}

#[tokio::test]
async fn without_token_the_answer_is_a_challenge_without_error() {
    let server = Server::start().await;
    let answer = call(&server, "GET", "/api/test/", &[]).await.assert_status(401);
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    assert!(!challenge.contains("error"), "{challenge}");
}

#[tokio::test]
async fn a_token_that_is_revoked_is_turned_away_by_the_next_request() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    with_token(&server, "GET", &tokens.access)
        .await
        .assert_status(200);
    server.revoke(&spa, &tokens.refresh).await.assert_status(200);
    let answer = with_token(&server, "GET", &tokens.access)
        .await
        .assert_status(401);
    assert!(answer.header("www-authenticate").contains("invalid_token"));
}

#[tokio::test]
async fn expired_foreign_and_invented_tokens_codes_and_refresh_tokens_are_turned_away() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let code = server.code(&spa, "alice").await;
    let expired = server.tokens(&spa, "alice").await;
    server.clock.advance(3600);
    let living = server.tokens(&spa, "alice").await;
    let elsewhere = pixie_oauth::AccessToken::new(1_800_000_000_000, &[9; 32]);
    for token in [&code, &expired.access, &living.refresh, elsewhere.expose(), "x"] {
        let answer = with_token(&server, "GET", token).await.assert_status(401);
        assert!(
            answer.header("www-authenticate").contains("invalid_token"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_disabled_persons_token_and_a_deleted_clients_token_are_turned_away() {
    let server = Server::start().await;
    let (spa, web) = (server.spa().await, server.web_app().await);
    let (alices, bobs) = (
        server.tokens(&spa, "alice").await,
        server.tokens(&web, "bob").await,
    );
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, alice.id, true)
        .await
        .unwrap();
    with_token(&server, "GET", &alices.access)
        .await
        .assert_status(401);
    with_token(&server, "GET", &bobs.access).await.assert_status(200);
    server
        .provider
        .delete_client(pixie_provider::Actor::Operator, web.key)
        .await
        .unwrap();
    with_token(&server, "GET", &bobs.access).await.assert_status(401);
}

#[tokio::test]
async fn a_token_that_is_too_narrow_is_told_which_scope_it_lacks() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let browser = server.sign_in("alice").await;
    for (scope, method, needed) in [("write", "GET", "read"), ("read", "POST", "write")] {
        let code = browser.authorize_with(&spa, &[("scope", scope)]).await.code();
        let tokens = Tokens::of(&server.redeem(&spa, &code).await);
        let answer = with_token(&server, method, &tokens.access)
            .await
            .assert_status(403);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
        assert!(challenge.contains(&format!("scope=\"{needed}\"")), "{challenge}");
    }
}

#[tokio::test]
async fn a_token_in_the_query_is_not_accepted() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let uri = format!("/api/test/?access_token={}", tokens.access);
    call(&server, "GET", &uri, &[]).await.assert_status(400);
}

#[tokio::test]
async fn a_person_who_is_signed_in_is_let_in_and_one_who_is_not_is_sent_to_sign_in() {
    let server = Server::start().await;
    let html = (header::ACCEPT, "text/html");
    let answer = call(&server, "GET", "/api/test/?x=1", std::slice::from_ref(&html)).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), "/o/login/?next=%2Fapi%2Ftest%2F%3Fx%3D1");
    let browser = server.sign_in("alice").await;
    let cookie = browser.cookies();
    let answer = call(&server, "GET", "/api/test/", &[html, (header::COOKIE, &cookie)]).await;
    assert_eq!(answer.assert_status(200).body, "hello alice");
}

#[tokio::test]
async fn a_session_changes_something_only_from_the_applications_own_pages() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let cookie = browser.cookies();
    for (origin, status) in [
        ("http://localhost:8000", 200),
        ("https://evil.example", 403),
        ("null", 403),
    ] {
        let headers = [(header::COOKIE, &*cookie), (header::ORIGIN, origin)];
        call(&server, "POST", "/api/test/", &headers)
            .await
            .assert_status(status);
    }
}

#[tokio::test]
async fn a_session_ends_with_its_person_and_its_time() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let cookie = browser.cookies();
    let headers = [(header::COOKIE, &*cookie)];
    call(&server, "GET", "/api/test/", &headers)
        .await
        .assert_status(200);
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, alice.id, true)
        .await
        .unwrap();
    call(&server, "GET", "/api/test/", &headers)
        .await
        .assert_status(401);
    let browser = server.sign_in("bob").await;
    let cookie = browser.cookies();
    server.clock.advance(12 * 3600);
    call(&server, "GET", "/api/test/", &[(header::COOKIE, &cookie)])
        .await
        .assert_status(401);
}

/// RFC 8707 section 2, for tokens of both formats; a session is for everything that the application does.
#[tokio::test]
async fn an_api_that_knows_its_identifier_refuses_the_tokens_of_others() {
    const ORDERS: &str = "https://orders.example/";
    const FILES: &str = "https://files.example/";
    for format in [AccessTokenFormat::Opaque, AccessTokenFormat::Jwt] {
        let server = Server::with(|settings| settings.access_token_format = format).await;
        let client = server.api().await;
        for (resources, status) in [
            (&[ORDERS][..], 200),
            (&[FILES, ORDERS], 200),
            (&[], 200),
            (&[FILES], 401),
        ] {
            let mut form = vec![("grant_type", "client_credentials")];
            form.extend(resources.iter().map(|resource| ("resource", *resource)));
            let token = Tokens::of(&server.token(&client, &form).await).access;
            let application = guarded(&server, |guard| guard.identifier(ORDERS));
            let request = Request::get("/api/test/").header(header::AUTHORIZATION, format!("Bearer {token}"));
            let request = request.body(Body::empty()).unwrap();
            let answer = Answer::read(application.oneshot(request).await.unwrap()).await;
            let answer = answer.assert_status(status);
            let challenge = answer.header("www-authenticate");
            assert_eq!(challenge.contains("invalid_token"), status == 401, "{challenge}");
        }
    }
}

#[tokio::test]
async fn a_jwt_that_is_revoked_is_turned_away_by_the_next_request() {
    let server = Server::with(|settings| settings.access_token_format = AccessTokenFormat::Jwt).await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let answer = with_token(&server, "GET", &tokens.access).await;
    assert_eq!(answer.assert_status(200).body, "hello alice");
    server.revoke(&spa, &tokens.access).await.assert_status(200);
    with_token(&server, "GET", &tokens.access)
        .await
        .assert_status(401);
}
