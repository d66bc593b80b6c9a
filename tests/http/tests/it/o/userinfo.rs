//! `/o/userinfo/` (OpenID Connect Core section 5.3).

mod attacks;
mod claims;

use axum::body::Body;
use axum::http::{Method, Request, header};
use pixie_oauth::jose::{SigningAlgorithm, UnverifiedJwt};
use serde_json::{Value, json};

use pixie_testing::harness::{Answer, Client, Server, Tokens, authorization, on_both_stores};

const USERINFO: &str = "/o/userinfo/";

/// Tokens for a scope, of somebody who has signed in to a client that need not ask.
async fn tokens_for(server: &Server, client: &Client, username: &str, changes: &[(&str, &str)]) -> Tokens {
    let browser = server.sign_in(username).await;
    let code = browser.authorize_with(client, changes).await.code();
    Tokens::of(&server.redeem(client, &code).await.assert_status(200))
}

/// An access token of Dora's.
async fn token_for(server: &Server, client: &Client, scope: &str) -> String {
    tokens_for(server, client, "dora", &[("scope", scope)])
        .await
        .access
}

async fn by_header(server: &Server, method: Method, authorization: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(USERINFO)
        .header(header::AUTHORIZATION, authorization);
    server.send(request.body(Body::empty()).unwrap()).await
}

async fn ask(server: &Server, token: &str) -> Answer {
    by_header(server, Method::GET, &format!("Bearer {token}")).await
}

async fn released_claims(server: &Server, token: &str) -> Value {
    let answer = ask(server, token).await.assert_status(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

#[on_both_stores]
async fn a_token_is_taken_from_the_header_by_get_and_post_and_from_a_form() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    let expected = json!({ "sub": dora.id.to_string() });
    for scheme in ["Bearer", "bearer", "BEARER"] {
        for method in [Method::GET, Method::POST] {
            let answer = by_header(&server, method, &format!("{scheme} {token}")).await;
            let answer = answer.assert_status(200);
            assert_eq!(answer.json(), expected);
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    let form = [("access_token", token.as_str()), ("extra", "x")];
    let answer = server.post(USERINFO, &form).await.assert_status(200);
    assert_eq!(answer.json(), expected);
    let with_other_form = server.post_with(
        USERINFO,
        &[("extra", "x")],
        authorization(&format!("Bearer {token}")),
    );
    assert_eq!(with_other_form.await.assert_status(200).json(), expected);
}

#[on_both_stores]
async fn a_client_that_registered_for_it_gets_a_signed_answer() {
    let server = Server::start().await;
    server.dora().await;
    let client = server
        .register(json!({
            "client_id": "signed", "redirect_uris": ["https://signed.example/cb"], "skip_authorization": true,
            "userinfo_signed_response_alg": "ES256",
        }))
        .await;
    let token = token_for(&server, &client, "openid email").await;
    let answer = ask(&server, &token).await.assert_status(200);
    assert_eq!(answer.header("content-type"), "application/jwt");
    assert_eq!(answer.header("cache-control"), "no-store");
    let keys = server.provider.own_keys().await;
    let jwt = UnverifiedJwt::parse(&answer.body).unwrap();
    let verified = jwt.verify(&keys, &[SigningAlgorithm::Es256]).unwrap();
    let mut claims = Value::Object(verified.claims().clone());
    assert!(claims["sub"].take().is_string());
    assert_eq!(
        claims,
        json!({
            "iss": "http://localhost:8000/o", "aud": "signed", "sub": null,
            "email": "dora@dora.example", "email_verified": true,
        })
    );
    let plain = server.spa().await;
    let token = token_for(&server, &plain, "openid").await;
    assert_eq!(
        ask(&server, &token).await.header("content-type"),
        "application/json"
    );
}

#[on_both_stores]
async fn a_signed_access_token_is_as_good_as_another_until_it_is_revoked() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let client = server
        .register(json!({
            "client_id": "jwt", "redirect_uris": ["https://jwt.example/cb"], "skip_authorization": true,
            "access_token_format": "jwt",
        }))
        .await;
    let token = token_for(&server, &client, "openid phone").await;
    assert!(UnverifiedJwt::parse(&token).is_ok(), "{token}");
    let expected = json!({
        "sub": dora.id.to_string(), "phone_number": "+1 (604) 555-1234;ext=5678", "phone_number_verified": true,
    });
    assert_eq!(released_claims(&server, &token).await, expected);
    server.revoke(&client, &token).await.assert_status(200);
    assert_eq!(ask(&server, &token).await.status, 401);
}

#[on_both_stores]
async fn an_id_token_or_signed_userinfo_is_no_access_token() {
    let server = Server::start().await;
    server.dora().await;
    let client = server
        .register(json!({
            "client_id": "signed", "redirect_uris": ["https://signed.example/cb"], "skip_authorization": true,
            "userinfo_signed_response_alg": "ES256",
        }))
        .await;
    let browser = server.sign_in("dora").await;
    let code = browser
        .authorize_with(&client, &[("scope", "openid")])
        .await
        .code();
    let answer = server.redeem(&client, &code).await.assert_status(200).json();
    let signed = ask(&server, answer["access_token"].as_str().unwrap()).await;
    for token in [answer["id_token"].as_str().unwrap(), &signed.body] {
        assert_eq!(ask(&server, token).await.status, 401);
    }
}

#[on_both_stores]
async fn what_is_known_now_is_told_not_what_was_known_when_the_token_was_made() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid email").await;
    let renamed = pixie_provider::Account {
        email: Some("new@dora.example".to_owned()),
        ..dora
    };
    server
        .provider
        .update_account(pixie_provider::Actor::Operator, renamed)
        .await
        .unwrap();
    assert_eq!(
        released_claims(&server, &token).await["email"],
        "new@dora.example"
    );
}

#[on_both_stores]
async fn a_pairwise_subject_is_the_one_of_the_id_token_and_no_other_clients() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let mut subjects = Vec::new();
    for name in ["one", "two"] {
        let client = server
            .register(json!({
                "client_id": name, "redirect_uris": [format!("https://{name}.example/cb")], "skip_authorization": true,
                "subject_type": "pairwise",
            }))
            .await;
        let browser = server.sign_in("dora").await;
        let code = browser
            .authorize_with(&client, &[("scope", "openid"), ("nonce", "n")])
            .await;
        let answer = server.redeem(&client, &code.code()).await.assert_status(200);
        let json = answer.json();
        let id_token = UnverifiedJwt::parse(json["id_token"].as_str().unwrap()).unwrap();
        let sub = released_claims(&server, json["access_token"].as_str().unwrap()).await["sub"].clone();
        assert_eq!(id_token.unverified_claim("sub"), sub.as_str());
        subjects.push(sub);
    }
    assert_ne!(subjects[0], subjects[1]);
    assert!(!subjects.contains(&json!(dora.id.to_string())));
}

#[on_both_stores]
async fn scripts_read_answers_of_their_own_client_and_every_refusal() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid").await;
    let from = |origin: &str, token: &str| {
        Request::get(USERINFO)
            .header(header::ORIGIN, origin)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap()
    };
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").to_owned();
    let own = server
        .send(from("https://spa.example", &token))
        .await
        .assert_status(200);
    assert_eq!(allowed(&own), "https://spa.example");
    assert_eq!(own.header("access-control-allow-credentials"), "");
    let foreign = server.send(from("https://evil.example", &token)).await;
    assert_eq!(allowed(&foreign.assert_status(200)), "");
    let refused = server
        .send(from("https://spa.example", "nothing"))
        .await
        .assert_status(401);
    assert_eq!(allowed(&refused), "https://spa.example");
    let exposed = refused.header("access-control-expose-headers");
    assert!(exposed.contains("www-authenticate"), "{exposed}");
    assert_eq!(refused.header("vary"), "origin");
}

#[on_both_stores]
async fn a_preflight_lets_scripts_send_a_token() {
    let server = Server::start().await;
    let request = Request::options(USERINFO)
        .header(header::ORIGIN, "https://spa.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization");
    let answer = server.send(request.body(Body::empty()).unwrap()).await;
    let answer = answer.assert_status(204);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://spa.example"
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("authorization")
    );
}

#[on_both_stores]
async fn without_openid_there_is_no_userinfo() {
    let server = Server::with(|settings| {
        settings.scopes = settings.scopes.clone().without_openid();
    })
    .await;
    assert_eq!(ask(&server, "x").await.status, 404);
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    for member in [
        "userinfo_endpoint",
        "claims_supported",
        "claims_parameter_supported",
    ] {
        assert_eq!(document.get(member), None, "{member}");
    }
    let scopes = document["scopes_supported"].to_string();
    assert!(
        !scopes.contains("openid") && !scopes.contains("profile"),
        "{scopes}"
    );
}
