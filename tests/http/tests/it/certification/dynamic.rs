//! The plan Dynamic, and third-party-initiated login.

use axum::body::Body;
use axum::http::Request;
use pixie_oauth::jose::{JwkSet, SigningAlgorithm, UnverifiedJwt};
use pixie_provider::Fetched;
use serde_json::json;

use super::provider;
use super::relying_party::{ISSUER, REDIRECT_URI, RelyingParty};

#[tokio::test]
async fn oidcc_idtoken_rs256_and_others_by_registration() {
    let server = provider().await;
    for algorithm in ["RS256", "ES256"] {
        let changes = json!({ "id_token_signed_response_alg": algorithm });
        let rp = RelyingParty::register_for(&server, "code", changes).await;
        let response = rp.success(&server.browser(), &[]).await;
        let tokens = rp.tokens(&response).await;
        rp.verify(tokens["id_token"].as_str().unwrap()).await;
    }
    let unsigned = json!({ "id_token_signed_response_alg": "none" });
    let refused = RelyingParty::try_to_register(&server, "code", unsigned).await;
    refused.assert_error("invalid_client_metadata");
}

#[tokio::test]
async fn oidcc_userinfo_rs256() {
    let server = provider().await;
    let changes = json!({ "userinfo_signed_response_alg": "RS256" });
    let rp = RelyingParty::register_for(&server, "code", changes).await;
    let response = rp.success(&server.browser(), &[]).await;
    let tokens = rp.tokens(&response).await;
    let info = rp
        .userinfo(tokens["access_token"].as_str().unwrap())
        .await
        .assert_status(200);
    assert!(
        info.header("content-type").starts_with("application/jwt"),
        "{info:?}"
    );
    let keys = server.get("/o/.well-known/jwks.json").await;
    let keys = JwkSet::parse(&serde_json::from_str(&keys.body).unwrap()).unwrap();
    let info = UnverifiedJwt::parse(&info.body).unwrap();
    let info = info.verify(&keys, &[SigningAlgorithm::Rs256]).unwrap();
    assert_eq!(info.claims()["iss"], ISSUER);
    assert_eq!(info.claims()["aud"], rp.id());
}

#[tokio::test]
async fn oidcc_ensure_redirect_uri_in_authorization_request() {
    let server = provider().await;
    let changes = json!({ "redirect_uris": [REDIRECT_URI, "https://rp.example/second"] });
    let rp = RelyingParty::register_for(&server, "code", changes).await;
    let answer = server.browser().get(&rp.request(&[("redirect_uri", "")])).await;
    answer.assert_page(400, "did not say where to return to");
}

#[tokio::test]
async fn oidcc_redirect_uri_query_ok_mismatch_and_added() {
    let server = provider().await;
    let registered = "https://rp.example/cb?foo=bar";
    let changes = json!({ "redirect_uris": [registered] });
    let rp = RelyingParty::register_for(&server, "code", changes).await;
    let browser = server.sign_in("alice").await;
    let redirect = browser
        .get(&rp.request(&[("redirect_uri", registered), ("prompt", "none")]))
        .await;
    assert!(
        redirect.location().starts_with("https://rp.example/cb?foo=bar&"),
        "{redirect:?}"
    );
    for other in [
        "https://rp.example/cb?foo=baz",
        "https://rp.example/cb?foo=bar&x=1",
        "https://rp.example/cb",
    ] {
        let answer = browser.get(&rp.request(&[("redirect_uri", other)])).await;
        answer.assert_page(400, "not registered");
    }
}

#[tokio::test]
async fn oidcc_redirect_uri_regfrag() {
    let server = provider().await;
    let changes = json!({ "redirect_uris": ["https://rp.example/cb#fragment"] });
    let refused = RelyingParty::try_to_register(&server, "code", changes).await;
    refused.assert_error("invalid_redirect_uri");
}

#[tokio::test]
async fn oidcc_registration_logo_policy_and_tos_uri_are_on_the_login_page() {
    let server = provider().await;
    let changes = json!({
        "logo_uri": "https://rp.example/logo.png", "policy_uri": "https://rp.example/policy",
        "tos_uri": "https://rp.example/terms",
    });
    let rp = RelyingParty::register_for(&server, "code", changes).await;
    let browser = server.browser();
    let redirect = browser.get(&rp.request(&[])).await.assert_status(302);
    let page = browser.get(redirect.location()).await.assert_status(200);
    for shown in ["https://rp.example/policy", "https://rp.example/terms"] {
        assert!(page.body.contains(shown), "{shown}: {page:?}");
    }
    // Nobody has approved the client yet.
    assert!(!page.body.contains("application_logo"), "{page:?}");
    let logo = Fetched {
        body: b"GIF89a\x40\0\x40\0;".to_vec(),
        ..Fetched::default()
    };
    server
        .outbound()
        .answer_fetch("https://rp.example/logo.png", Ok(logo));
    let alice = server.sign_in("alice").await;
    let consent = alice.get(&rp.request(&[])).await.assert_status(302);
    alice
        .decide_at(consent.location(), "allow")
        .await
        .assert_status(303);
    let page = browser.get(redirect.location()).await;
    page.assert_page(200, "id=\"application_logo\" src=\"/o/logos/");
}

#[tokio::test]
async fn oidcc_registration_sector_uri_and_sector_bad() {
    let server = provider().await;
    server.outbound().answer_json(
        "https://rp.example/sector.json",
        json!([REDIRECT_URI]).to_string(),
    );
    let good =
        json!({ "subject_type": "pairwise", "sector_identifier_uri": "https://rp.example/sector.json" });
    let rp = RelyingParty::register_for(&server, "code", good.clone()).await;
    let other = RelyingParty::register(&server).await;
    let browser = server.browser();
    let mut subjects = Vec::new();
    for party in [&rp, &other] {
        let response = party.success(&browser, &[]).await;
        let tokens = party.tokens(&response).await;
        let claims = party.verify(tokens["id_token"].as_str().unwrap()).await;
        let info = party
            .userinfo(tokens["access_token"].as_str().unwrap())
            .await
            .json();
        assert_eq!(info["sub"], claims["sub"]);
        subjects.push(claims["sub"].clone());
    }
    assert_ne!(subjects[0], subjects[1]);
    server.outbound().answer_json(
        "https://rp.example/sector.json",
        json!(["https://other.example/cb"]).to_string(),
    );
    let refused = RelyingParty::try_to_register(&server, "code", good).await;
    refused.assert_error("invalid_client_metadata");
}

#[tokio::test]
async fn oidcc_server_rotate_keys() {
    use pixie_provider::When;
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let browser = server.browser();
    let kids = async || {
        let keys = server.get("/o/.well-known/jwks.json").await;
        let keys: serde_json::Value = serde_json::from_str(&keys.body).unwrap();
        let keys = keys["keys"].as_array().unwrap().clone();
        keys.iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let before = kids().await;
    let kid = async || {
        let response = rp.success(&browser, &[]).await;
        let tokens = rp.tokens(&response).await;
        let id_token = tokens["id_token"].as_str().unwrap().to_owned();
        rp.verify(&id_token).await;
        UnverifiedJwt::parse(&id_token).unwrap().kid().unwrap().to_owned()
    };
    let first = kid().await;
    server
        .provider
        .rotate_key(
            pixie_provider::Actor::Operator,
            SigningAlgorithm::Rs256,
            When::Now,
        )
        .await
        .unwrap();
    let second = kid().await;
    assert_ne!(first, second);
    let after = kids().await;
    assert!(before.iter().all(|kid| after.contains(kid)));
    assert!(after.contains(&second));
}

#[tokio::test]
async fn oidcc_3rd_party_init_login_echoes_its_uri() {
    let server = provider().await;
    let uri = "https://rp.example/initiate";
    let rp = RelyingParty::register_for(&server, "code", json!({ "initiate_login_uri": uri })).await;
    assert_eq!(rp.registered["initiate_login_uri"], uri);
    let path = rp.registered["registration_client_uri"].as_str().unwrap();
    let path = path.strip_prefix("http://localhost:8000").unwrap();
    let token = rp.registered["registration_access_token"].as_str().unwrap();
    let request = |method: &str| {
        let request = Request::builder().method(method).uri(path);
        request
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap()
    };
    let read = server.send(request("GET")).await.assert_status(200);
    assert_eq!(read.json()["initiate_login_uri"], uri);
    server.send(request("DELETE")).await.assert_status(204);
    let plain = json!({ "initiate_login_uri": "http://rp.example/initiate" });
    let refused = RelyingParty::try_to_register(&server, "code", plain).await;
    refused.assert_error("invalid_client_metadata");
}
