//! The keys of an issuer on this machine, found by its metadata.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

use super::*;

const OPENID: &str = "/o/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server/o";

/// An issuer that serves these bodies, in which `ORIGIN` is its origin.
async fn issuer(pages: &[(&'static str, u16, String)]) -> Issuer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut router = Router::new();
    for (path, status, body) in pages {
        let answer = (
            StatusCode::from_u16(*status).unwrap(),
            body.replace("ORIGIN", &origin),
        );
        router = router.route(path, get(async move || answer));
    }
    tokio::spawn(async move { axum::serve(listener, router).await });
    Issuer::parse(&format!("{origin}/o")).unwrap()
}

fn metadata() -> String {
    json!({ "issuer": "ORIGIN/o", "jwks_uri": "ORIGIN/keys" }).to_string()
}

async fn fetched(pages: &[(&'static str, u16, String)]) -> Result<usize, CheckError> {
    let keys = DiscoveredKeys::new(&issuer(pages).await).unwrap();
    keys.fetch().await.map(|keys| keys.keys().len())
}

fn jwks() -> String {
    json!({ "keys": [key().public()] }).to_string()
}

#[tokio::test]
async fn keys_are_found_by_either_document() {
    for path in [OPENID, OAUTH] {
        let pages = [(path, 200, metadata()), ("/keys", 200, jwks())];
        assert_eq!(fetched(&pages).await, Ok(1), "{path}");
    }
}

#[tokio::test]
async fn metadata_of_another_issuer_is_not_believed() {
    for named in ["https://evil.example/o", "ORIGIN/o/", "ORIGIN"] {
        let other = metadata().replace("ORIGIN/o", named);
        let error = fetched(&[(OPENID, 200, other), ("/keys", 200, jwks())])
            .await
            .unwrap_err();
        assert!(error.to_string().contains("another issuer"), "{error}");
    }
}

#[tokio::test]
async fn errors_say_what_to_do() {
    let elsewhere = metadata().replace("ORIGIN/keys", "http://keys.example/");
    let too_long = "x".repeat(300_000);
    let private = r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#.to_owned();
    for (pages, expected) in [
        (vec![], "neither "),
        (
            vec![(OPENID, 200, "<html>".to_owned())],
            "answered no metadata; check the issuer",
        ),
        (vec![(OPENID, 200, "{}".to_owned())], "answered no metadata"),
        (vec![(OPENID, 200, too_long)], "answered too much"),
        (vec![(OPENID, 500, String::new())], "answered 500"),
        (vec![(OPENID, 302, String::new())], "answered 302"),
        (vec![(OPENID, 200, elsewhere)], "a jwks_uri without TLS"),
        (vec![(OPENID, 200, metadata())], "/keys is not there"),
        (
            vec![(OPENID, 200, metadata()), ("/keys", 200, "[]".to_owned())],
            "answered no keys",
        ),
        (
            vec![(OPENID, 200, metadata()), ("/keys", 200, private)],
            "private members",
        ),
    ] {
        let error = fetched(&pages).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[tokio::test]
async fn a_token_of_an_issuer_that_is_found_is_accepted() {
    let key = key();
    let keys = json!({ "keys": [key.public()] }).to_string();
    let issuer = issuer(&[(OPENID, 200, metadata()), ("/keys", 200, keys)]).await;
    let tokens = JwtAccessTokens::new(&issuer, API).unwrap();
    let tokens = tokens.clock(Arc::new(FakeClock::default()));
    let token = sign(&key, &with("iss", json!(issuer.as_str())));
    assert!(tokens.check(&token).await.unwrap().active);
}
