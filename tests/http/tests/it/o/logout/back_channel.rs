//! Applications that are notified from server to server (OpenID Connect Back-Channel Logout 1.0 sections 2.4 to 2.8).

use pixie_oauth::jose::{JwkSet, JwtType, SigningAlgorithm, UnverifiedJwt};
use pixie_provider::{Delivered, OutboundError};
use serde_json::{Value, json};

use super::{claims, end_session, id_token, rp};
use pixie_testing::harness::{PASSWORD, Server, on_both_stores};

use crate::timers::{stop_time, until};

const BACK: &str = "https://rp.example/back";

/// Somebody has just signed out of an application at this address; the claims of its id token.
async fn signed_out(server: &Server, answer: Result<u16, OutboundError>) -> Value {
    server.outbound().answer_form(BACK, answer);
    let client = rp(server, "rp", json!({ "backchannel_logout_uri": BACK })).await;
    let browser = server.sign_in("alice").await;
    let token = id_token(server, &browser, &client).await;
    end_session(&browser, &[("id_token_hint", &token)])
        .await
        .assert_status(200);
    claims(server, &token).await
}

async fn deliver(server: &Server) -> Delivered {
    server.provider.deliver_logouts().await.unwrap()
}

const NOTIFIED: Delivered = Delivered {
    notified: 1,
    postponed: 0,
    given_up: 0,
    unwanted: 0,
};
const POSTPONED: Delivered = Delivered {
    notified: 0,
    postponed: 1,
    given_up: 0,
    unwanted: 0,
};
const GIVEN_UP: Delivered = Delivered {
    notified: 0,
    postponed: 0,
    given_up: 1,
    unwanted: 0,
};
const NOTHING: Delivered = Delivered {
    notified: 0,
    postponed: 0,
    given_up: 0,
    unwanted: 0,
};

#[on_both_stores]
async fn the_logout_token_says_who_and_which_session_and_the_published_keys_verify_it() {
    let server = Server::start().await;
    let id_token = signed_out(&server, Ok(204)).await;
    assert_eq!(deliver(&server).await, NOTIFIED);
    let posts = server.outbound().posts();
    let [(address, body)] = &posts[..] else {
        panic!("{posts:?}")
    };
    assert_eq!(address, BACK);
    let token = body.strip_prefix("logout_token=").unwrap();
    let keys = server.get("/o/.well-known/jwks.json").await.assert_status(200);
    let keys = JwkSet::parse(&serde_json::from_str(&keys.body).unwrap()).unwrap();
    let token = UnverifiedJwt::parse(token).unwrap();
    let verified = token.verify(&keys, SigningAlgorithm::ALL).unwrap();
    assert!(verified.is(JwtType::LogoutToken));
    let mut claims_sent = Value::Object(verified.claims().clone());
    let jti = claims_sent["jti"].take();
    assert!(jti.as_str().unwrap().len() >= 16);
    let now = server.provider.now().seconds();
    assert_eq!(
        claims_sent,
        json!({
            "iss": "http://localhost:8000/o", "aud": "rp", "iat": now, "exp": now + 120, "jti": null,
            "sub": id_token["sub"], "sid": id_token["sid"],
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    );
}

#[on_both_stores]
async fn a_client_is_told_once() {
    let server = Server::start().await;
    signed_out(&server, Ok(200)).await;
    assert_eq!(deliver(&server).await, NOTIFIED);
    server.clock.advance(24 * 3600);
    assert_eq!(deliver(&server).await, NOTHING);
    assert_eq!(server.outbound().posts().len(), 1);
}

#[on_both_stores]
async fn a_client_that_does_not_answer_is_told_again_in_growing_pauses_for_an_hour() {
    let server = Server::start().await;
    signed_out(&server, Err(OutboundError::TimedOut)).await;
    for pause in [1, 5, 30, 60, 180, 300, 600, 1200, 1200] {
        assert_eq!(deliver(&server).await, POSTPONED);
        server.clock.advance(pause - 1);
        assert_eq!(deliver(&server).await, NOTHING, "{pause}");
        server.clock.advance(1);
    }
    assert_eq!(deliver(&server).await, GIVEN_UP);
    server.clock.advance(24 * 3600);
    assert_eq!(deliver(&server).await, NOTHING);
    assert_eq!(server.outbound().posts().len(), 10);
}

#[on_both_stores]
async fn a_client_that_comes_back_is_told() {
    let server = Server::start().await;
    signed_out(&server, Ok(503)).await;
    assert_eq!(deliver(&server).await, POSTPONED);
    server.outbound().answer_form(BACK, Ok(200));
    server.clock.advance(1);
    assert_eq!(deliver(&server).await, NOTIFIED);
    let posts = server.outbound().posts();
    let [first, second] = &posts[..] else {
        panic!("{posts:?}")
    };
    // Each attempt has a token of its own, which is valid for two minutes from then on.
    assert_ne!(first.1, second.1);
}

#[on_both_stores]
async fn a_client_that_refuses_or_may_not_be_asked_is_given_up() {
    for answer in [
        Ok(400),
        Ok(404),
        Err(OutboundError::ForbiddenAddress),
        Err(OutboundError::Redirected),
    ] {
        let server = Server::start().await;
        signed_out(&server, answer).await;
        assert_eq!(deliver(&server).await, GIVEN_UP, "{answer:?}");
        server.clock.advance(24 * 3600);
        assert_eq!(deliver(&server).await, NOTHING, "{answer:?}");
    }
}

#[on_both_stores]
async fn what_waits_survives_a_restart() {
    let server = Server::start().await;
    signed_out(&server, Ok(200)).await;
    let server = server.restart().await;
    assert_eq!(deliver(&server).await, NOTIFIED);
}

#[on_both_stores]
async fn two_nodes_deliver_one_logout_once() {
    let server = Server::start().await;
    signed_out(&server, Ok(200)).await;
    let other = server.another_node().await.unwrap();
    let (one, two) = tokio::join!(server.provider.deliver_logouts(), other.deliver_logouts());
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.notified + two.notified, 1);
    assert_eq!(server.outbound().posts().len(), 1);
}

#[tokio::test]
async fn whoever_delivers_is_woken() {
    let server = Server::start().await;
    stop_time();
    let jobs = tokio::spawn(server.provider.run_jobs());
    // The first look for deliveries is over before anybody has signed in, and the next one by the clock never comes.
    signed_out(&server, Ok(200)).await;
    until(async || server.outbound().posts().len() == 1).await;
    jobs.abort();
}

#[on_both_stores]
async fn every_client_of_the_session_is_told_by_its_own_names_and_no_other() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for id in ["one", "two", "stranger"] {
        let address = format!("https://{id}.example/back");
        server.outbound().answer_form(&address, Ok(200));
        clients.push(rp(&server, id, json!({ "backchannel_logout_uri": address })).await);
    }
    let deaf = rp(&server, "deaf", json!({})).await;
    let browser = server.sign_in("alice").await;
    let one = id_token(&server, &browser, &clients[0]).await;
    let two = id_token(&server, &browser, &clients[1]).await;
    id_token(&server, &browser, &deaf).await;
    end_session(&browser, &[("id_token_hint", &one)])
        .await
        .assert_status(200);
    let delivered = deliver(&server).await;
    assert_eq!((delivered.notified, delivered.unwanted), (2, 1));
    let mut notified = Vec::new();
    for (address, body) in server.outbound().posts() {
        let claims_sent = claims(&server, body.strip_prefix("logout_token=").unwrap()).await;
        notified.push((address, claims_sent["aud"].clone(), claims_sent["sid"].clone()));
    }
    notified.sort_by_key(|(address, _, _)| address.clone());
    let (one, two) = (claims(&server, &one).await, claims(&server, &two).await);
    assert_ne!(one["sid"], two["sid"]);
    assert_eq!(
        notified,
        [
            (
                "https://one.example/back".to_owned(),
                json!("one"),
                one["sid"].clone()
            ),
            (
                "https://two.example/back".to_owned(),
                json!("two"),
                two["sid"].clone()
            ),
        ]
    );
}

#[on_both_stores]
async fn a_pairwise_client_is_told_by_its_own_subject_and_the_algorithm_it_asked_for() {
    let server = Server::with(|settings| {
        settings.signing_algorithms = vec![SigningAlgorithm::Es256, SigningAlgorithm::EdDsa];
    })
    .await;
    server.outbound().answer_form(BACK, Ok(200));
    let metadata = json!({
        "backchannel_logout_uri": BACK, "subject_type": "pairwise", "id_token_signed_response_alg": "EdDSA",
    });
    let client = rp(&server, "rp", metadata).await;
    let browser = server.sign_in("alice").await;
    let token = id_token(&server, &browser, &client).await;
    end_session(&browser, &[("id_token_hint", &token)])
        .await
        .assert_status(200);
    assert_eq!(deliver(&server).await, NOTIFIED);
    let (_, body) = server.outbound().posts().remove(0);
    let claims_sent = body.strip_prefix("logout_token=").unwrap();
    let keys = server.provider.own_keys().await;
    let verified = UnverifiedJwt::parse(claims_sent)
        .unwrap()
        .verify(&keys, &[SigningAlgorithm::EdDsa])
        .unwrap();
    assert_eq!(verified.claims()["sub"], claims(&server, &token).await["sub"]);
}

#[on_both_stores]
async fn a_client_that_is_deleted_meanwhile_is_forgotten() {
    let server = Server::start().await;
    server.outbound().answer_form(BACK, Ok(200));
    let client = rp(&server, "rp", json!({ "backchannel_logout_uri": BACK })).await;
    let browser = server.sign_in("alice").await;
    let token = id_token(&server, &browser, &client).await;
    end_session(&browser, &[("id_token_hint", &token)])
        .await
        .assert_status(200);
    server
        .provider
        .delete_client(pixie_provider::Actor::Operator, client.key)
        .await
        .unwrap();
    assert_eq!(deliver(&server).await.notified, 0);
    assert_eq!(server.outbound().posts(), []);
}

#[on_both_stores]
async fn a_sign_in_by_somebody_else_and_a_disabled_account_tell_the_clients_too() {
    let server = Server::start().await;
    server.outbound().answer_form(BACK, Ok(200));
    let client = rp(&server, "rp", json!({ "backchannel_logout_uri": BACK })).await;
    let browser = server.sign_in("alice").await;
    id_token(&server, &browser, &client).await;
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    assert_eq!(deliver(&server).await, NOTHING, "the same person goes on");
    browser.sign_in("bob", PASSWORD).await.assert_status(303);
    assert_eq!(deliver(&server).await, NOTIFIED);
    id_token(&server, &browser, &client).await;
    let bob = server.provider.find_account("bob").await.unwrap();
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, bob.id, true)
        .await
        .unwrap();
    assert_eq!(deliver(&server).await, NOTIFIED);
}
