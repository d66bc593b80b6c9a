//! How often keys are requested from the issuer, and what is valid while it does not respond.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

#[tokio::test]
async fn keys_are_fetched_once_for_many() {
    let key = key();
    let fixture = Fixture::with(FakeKeys {
        gate: Some(Notify::new()),
        ..FakeKeys::default()
    });
    fixture.publish(&[&key]);
    let tokens: Vec<_> = ["a", "b", "c"]
        .map(|jti| sign(&key, &with("jti", json!(jti))))
        .into();
    // All are waiting when the gate opens, for one request: a second one would find the gate closed for ever.
    let open_gate = async { fixture.source.gate.as_ref().unwrap().notify_one() };
    let active = tokio::join!(
        fixture.is_active(&tokens[0]),
        fixture.is_active(&tokens[1]),
        fixture.is_active(&tokens[2]),
        open_gate
    );
    assert_eq!(active, (true, true, true, ()));
    assert_eq!(fixture.request_count(), 1);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it() {
    let (old, new) = (key(), key());
    let fixture = Fixture::of(&old);
    assert!(fixture.is_active(&sign(&old, &claims())).await);
    fixture.publish(&[&old, &new]);
    fixture.seconds_later(10);
    assert!(fixture.is_active(&sign(&new, &claims())).await);
    assert!(fixture.is_active(&sign(&old, &claims())).await);
    assert_eq!(fixture.request_count(), 2);
}

#[tokio::test]
async fn a_storm_of_unknown_keys_asks_once_in_ten_seconds() {
    let known = key();
    let fixture = Fixture::of(&known);
    assert!(fixture.is_active(&sign(&known, &claims())).await);
    for round in 1..=3 {
        fixture.seconds_later(10);
        for _ in 0..20 {
            assert!(!fixture.is_active(&sign(&key(), &claims())).await);
        }
        assert_eq!(fixture.request_count(), 1 + round);
    }
}

/// A token as the key signs it, without the name of the key.
fn nameless(key: &SigningKey) -> String {
    let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "EdDSA", "typ": "at+jwt" }).to_string());
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims().to_string()));
    let pair = Ed25519KeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    let signature = pair.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A token without a key id can be of a new key, too.
#[tokio::test]
async fn a_token_that_names_no_key_is_tried_with_new_ones() {
    let [old, new] = [(); 2].map(|()| SigningKey::generate(SigningAlgorithm::EdDsa).unwrap());
    let fixture = Fixture::of(&old);
    assert!(fixture.is_active(&nameless(&old)).await);
    fixture.publish(&[&new]);
    assert!(!fixture.is_active(&nameless(&new)).await, "just asked");
    fixture.seconds_later(10);
    assert!(fixture.is_active(&nameless(&new)).await);
    assert_eq!(fixture.request_count(), 2);
}

#[tokio::test]
async fn known_keys_serve_on_while_the_issuer_is_down_for_a_day() {
    let key = key();
    let fixture = Fixture::of(&key);
    let lasting = sign(&key, &with("exp", json!(NOW + 1_000_000)));
    assert!(fixture.is_active(&lasting).await);
    fixture.is_down();
    for hours in [1, 11, 11] {
        fixture.seconds_later(hours * 3600);
        assert!(fixture.is_active(&lasting).await);
    }
    fixture.seconds_later(3600);
    assert!(fixture.tokens.check(&lasting).await.is_err(), "a day is over");
    fixture.publish(&[&key]);
    assert!(fixture.tokens.check(&lasting).await.is_err(), "just asked");
    fixture.seconds_later(10);
    assert!(fixture.is_active(&lasting).await);
}

/// The response says to try again: the key may be the issuer's.
#[tokio::test]
async fn an_unknown_key_of_an_issuer_that_is_down_is_nobodys_fault() {
    let (old, new) = (key(), key());
    let fixture = Fixture::of(&old);
    assert!(fixture.is_active(&sign(&old, &claims())).await);
    fixture.is_down();
    fixture.seconds_later(10);
    let checked = fixture.tokens.check(&sign(&new, &claims())).await;
    assert_eq!(checked, Err(CheckError::Unavailable("down".to_owned())));
    assert!(fixture.is_active(&sign(&old, &claims())).await);
}

#[tokio::test]
async fn nobody_waits_while_keys_that_serve_are_fetched_again() {
    let key = key();
    let fixture = Fixture::with(FakeKeys {
        gate: Some(Notify::new()),
        ..FakeKeys::default()
    });
    fixture.publish(&[&key]);
    let gate = fixture.source.gate.as_ref().unwrap();
    gate.notify_one();
    let token = sign(&key, &claims());
    assert!(fixture.is_active(&token).await);
    fixture.seconds_later(600);
    // The gate stays closed: an answer that waited for it would never come.
    assert!(fixture.is_active(&token).await);
    while fixture.request_count() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(fixture.is_active(&token).await);
}

/// Also if it was verified before and is cached.
#[tokio::test]
async fn a_token_whose_key_was_withdrawn_is_refused() {
    let (withdrawn, new) = (key(), key());
    let fixture = Fixture::of(&withdrawn);
    let token = sign(&withdrawn, &claims());
    assert!(fixture.is_active(&token).await);
    fixture.publish(&[&new]);
    fixture.seconds_later(600);
    assert!(fixture.is_active(&token).await, "the new keys are on their way");
    while fixture.request_count() < 2 {
        tokio::task::yield_now().await;
    }
    tokio::task::yield_now().await;
    assert!(!fixture.is_active(&token).await);
}

/// A caller that disconnects does not affect the others, and causes no further request.
#[tokio::test]
async fn a_caller_that_hangs_up_does_not_stop_the_request() {
    let key = key();
    let fixture = Fixture::with(FakeKeys {
        gate: Some(Notify::new()),
        ..FakeKeys::default()
    });
    fixture.publish(&[&key]);
    let token = sign(&key, &claims());
    tokio::select! {
        biased;
        _ = fixture.tokens.check(&token) => panic!("the gate is closed"),
        () = async { while fixture.request_count() == 0 { tokio::task::yield_now().await; } } => {}
    }
    fixture.source.gate.as_ref().unwrap().notify_one();
    assert!(fixture.is_active(&token).await);
    assert_eq!(fixture.request_count(), 1);
}
