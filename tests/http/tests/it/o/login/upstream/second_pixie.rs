//! Two servers of ours: people of the one sign in at the other, with everything as it is on the wire.

use axum::body::Body;
use axum::http::{Request, header};
use pixie_oauth::Issuer;
use pixie_provider::{
    Actor, Exchange, ExchangeResponse, NewPerson, OutboundError, Upstream, UpstreamAddress, UpstreamKind,
    UpstreamSecret,
};
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, on_both_stores};
use serde_json::json;
use tower::ServiceExt;

use super::account;
use super::stand_in::{claims_of, press, upstream};

const ISSUER: &str = "http://localhost:9000/o";

/// A server with `carol`, and another one at which she has no account. People of the first may sign in at the second.
async fn two_servers() -> (Server, Server) {
    let above = Server::without_people(|settings| settings.issuer = Issuer::parse(ISSUER).unwrap()).await;
    let carol = NewPerson {
        username: "carol".to_owned(),
        password: Some(PASSWORD.to_owned().into()),
        claims: serde_json::from_value(json!({ "email": "carol@example.com", "email_verified": true }))
            .unwrap(),
        ..NewPerson::default()
    };
    above.provider.add_account(Actor::Operator, carol).await.unwrap();
    let client = above
        .register(json!({
            "client_id": "pixie-below", "token_endpoint_auth_method": "client_secret", "skip_authorization": true,
            "redirect_uris": ["http://localhost:8000/o/login/upstream/idp/callback/"],
        }))
        .await;
    let configured = Upstream {
        kind: UpstreamKind::OpenId(UpstreamAddress::parse(ISSUER).unwrap()),
        client_id: client.id.clone(),
        client_secret: client
            .secret
            .clone()
            .map(|secret| UpstreamSecret::new(secret.into())),
        create_accounts: true,
        trusted_for_domains: vec!["example.com".to_owned()],
        ..upstream("idp")
    };
    let below = Server::with(|settings| settings.upstreams = vec![configured]).await;
    let router = above.router();
    below
        .outbound()
        .add_host("http://localhost:9000/", move |request| {
            let router = router.clone();
            async move { forward(router, request).await }
        });
    (above, below)
}

async fn forward(router: axum::Router, request: Exchange) -> Result<ExchangeResponse, OutboundError> {
    assert!(request.named_by_operator, "{request:?}");
    let path = request.url.strip_prefix("http://localhost:9000").unwrap();
    let builder = match &request.form {
        Some(_) => Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
        None => Request::get(path),
    };
    let authorization = request.authorization.iter().map(|value| value.as_str());
    let builder = authorization.fold(builder, |builder, value| {
        builder.header(header::AUTHORIZATION, value)
    });
    let body = request.form.as_ref().map(|form| Body::from(form.to_string()));
    let answer = router
        .oneshot(builder.body(body.unwrap_or_default()).unwrap())
        .await
        .unwrap();
    let answer = Answer::read(answer).await;
    Ok(ExchangeResponse {
        status: answer.status.as_u16(),
        body: answer.body.into_bytes().into(),
    })
}

/// The path and query of an address.
fn path(address: &str) -> &str {
    let (_, rest) = address.split_once("://").unwrap();
    &rest[rest.find('/').unwrap()..]
}

#[on_both_stores]
async fn people_of_one_server_sign_in_at_another_for_an_application() {
    let (above, below) = two_servers().await;
    let spa = below.spa().await;
    let browser = below.browser();
    let login = browser.authorize_with(&spa, &[("scope", "openid")]).await;
    let next = login.location_param("next").unwrap();
    let begun = press(&browser, &next).await;
    // The same browser at the other server.
    let there = Browser::at(above.router(), &Issuer::parse(ISSUER).unwrap());
    let login = there.get(path(begun.location())).await.assert_status(302);
    let signed_in = there
        .sign_in_at(login.location(), "carol")
        .await
        .assert_status(303);
    let answer = there.get(signed_in.location()).await;
    assert!(
        answer
            .location()
            .starts_with("http://localhost:8000/o/login/upstream/idp/callback/?"),
        "{answer:?}"
    );
    assert_eq!(answer.location_param("iss").as_deref(), Some(ISSUER));
    let back = browser.get(path(answer.location())).await.assert_status(303);
    let code = browser.get(back.location()).await.code();
    let tokens = below.redeem(&spa, &code).await.json();
    let carol = account(&below, "carol").await;
    let id_token = claims_of(tokens["id_token"].as_str().unwrap());
    assert_eq!(id_token["sub"], carol.id.to_string());
    assert_eq!(carol.email.as_deref(), Some("carol@example.com"));
    assert_eq!(carol.claims.get("email_verified"), Some(&json!(true)));
    // The code is worth nothing a second time, to anybody.
    let again = browser.get(path(answer.location())).await;
    again.assert_page(400, "This sign-in has ended");
}
