//! Signing keys over time: published before use, kept until what they signed has expired, the same on every node.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pixie_oauth::AccessTokenFormat;
use pixie_oauth::jose::{JwtError, JwtType, SigningAlgorithm, SigningKey, UnverifiedJwt};
use pixie_provider::{
    Actor, CountedRandomness, KeyState, KeysError, MasterKey, MasterKeyRefusal, Provider, RotationRefusal,
    SignError, StartError, When,
};
use serde_json::{Value, json};

use pixie_testing::harness::{Server, Tokens, on_both_stores};

const HOUR: i64 = 3600;
/// A session's longest life, in which an id token may come back as a hint, and the clocks' difference.
const MAX_USE: i64 = 90 * 24 * HOUR + 300;

async fn signed(provider: &Provider, algorithm: SigningAlgorithm) -> String {
    provider
        .sign(JwtType::Jwt, algorithm, json!({ "sub": "alice" }))
        .await
        .unwrap()
}

/// The kid in the header of what is signed now.
async fn signing_kid(provider: &Provider) -> String {
    let token = signed(provider, SigningAlgorithm::Es256).await;
    UnverifiedJwt::parse(&token).unwrap().kid().unwrap().to_owned()
}

async fn published(server: &Server) -> Vec<String> {
    let answer = server.get("/o/.well-known/jwks.json").await.assert_status(200);
    let set: Value = serde_json::from_str(&answer.body).unwrap();
    let keys = set["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn verifies(provider: &Provider, token: &str) -> Result<(), JwtError> {
    let keys = provider.own_keys().await;
    let verified = UnverifiedJwt::parse(token)
        .unwrap()
        .verify(&keys, SigningAlgorithm::ALL);
    verified.map(drop)
}

fn pem(key: &SigningKey) -> String {
    let body = STANDARD.encode(&*key.to_pkcs8().unwrap());
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

#[on_both_stores]
async fn the_next_key_is_published_before_it_signs() {
    let server = Server::start().await;
    let provider = &server.provider;
    let old = signing_kid(provider).await;
    let next = provider
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Next)
        .await
        .unwrap();
    let signs_from = provider.now().plus(HOUR);
    assert_eq!(next.state, KeyState::Next { signs_from });
    assert_eq!(published(&server).await, [old.clone(), next.kid.clone()]);
    server.clock.advance(HOUR - 1);
    assert_eq!(signing_kid(provider).await, old);
    server.clock.advance(1);
    assert_eq!(signing_kid(provider).await, next.kid);
    assert_eq!(published(&server).await, [old, next.kid]);
}

#[on_both_stores]
async fn an_old_key_verifies_until_the_last_token_has_expired_and_then_goes() {
    let server = Server::start().await;
    let provider = &server.provider;
    provider
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Next)
        .await
        .unwrap();
    server.clock.advance(HOUR - 1);
    let last = signed(provider, SigningAlgorithm::Es256).await;
    server.clock.advance(MAX_USE);
    assert_eq!(verifies(provider, &last).await, Ok(()));
    assert_eq!(provider.sweep().await.unwrap().keys, 0);
    server.clock.advance(1);
    assert_eq!(verifies(provider, &last).await, Err(JwtError::UnknownKey));
    assert_eq!(published(&server).await.len(), 1);
    server.clock.advance(1);
    assert_eq!(provider.sweep().await.unwrap().keys, 1);
}

#[on_both_stores]
async fn an_old_key_is_kept_as_long_as_a_client_has_its_tokens_signed_for() {
    const FOUR_MONTHS: i64 = 120 * 24 * HOUR;
    let server = Server::start().await;
    let provider = &server.provider;
    let metadata = json!({ "client_id": "lasting", "grant_types": ["client_credentials"], "access_token_lifetime": FOUR_MONTHS });
    server.register(metadata).await;
    let old = signing_kid(provider).await;
    let kept_until = provider.rotated_key_is_kept_until(When::Now).await.unwrap();
    assert_eq!(kept_until, provider.now().plus(FOUR_MONTHS + 300));
    provider
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Now)
        .await
        .unwrap();
    let keys = provider.keys(Actor::Operator).await.unwrap();
    let old = keys.iter().find(|key| key.kid == old).unwrap();
    assert_eq!(
        old.state,
        KeyState::Old {
            verifies_until: kept_until
        }
    );
}

#[on_both_stores]
async fn rotating_now_signs_with_the_new_key_at_once_and_keeps_the_old_one() {
    let server = Server::start().await;
    let provider = &server.provider;
    let before = signed(provider, SigningAlgorithm::Es256).await;
    let old = signing_kid(provider).await;
    let new = provider
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Now)
        .await
        .unwrap();
    assert_eq!(signing_kid(provider).await, new.kid);
    assert_eq!(verifies(provider, &before).await, Ok(()));
    let states: Vec<_> = provider
        .keys(Actor::Operator)
        .await
        .unwrap()
        .into_iter()
        .map(|key| (key.kid, key.state))
        .collect();
    let (signs_from, verifies_until) = (provider.now(), provider.now().plus(MAX_USE));
    assert!(states.contains(&(new.kid, KeyState::Signing { signs_from })));
    assert!(states.contains(&(old, KeyState::Old { verifies_until })));
}

#[on_both_stores]
async fn a_second_next_key_is_refused_and_rotating_now_passes_it_over() {
    let server = Server::start().await;
    let provider = &server.provider;
    let next = provider
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Next)
        .await
        .unwrap();
    let again = provider
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Next)
        .await;
    assert!(matches!(again, Err(RotationRefusal::NextIsPublished { kid }) if kid == next.kid));
    let new = provider
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Now)
        .await
        .unwrap();
    for hours in [0, 1, 24] {
        server.clock.advance(hours * HOUR);
        assert_eq!(signing_kid(provider).await, new.kid, "after {hours} hours");
    }
}

#[on_both_stores]
async fn what_another_node_rotates_counts_a_second_later() {
    let server = Server::start().await;
    let other = server.another_node().await.unwrap();
    let new = other
        .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Now)
        .await
        .unwrap();
    let before = signed(&server.provider, SigningAlgorithm::Es256).await;
    assert_eq!(verifies(&other, &before).await, Ok(()));
    server.clock.advance(1);
    assert_eq!(signing_kid(&server.provider).await, new.kid);
    assert!(published(&server).await.contains(&new.kid));
}

#[on_both_stores]
async fn of_two_nodes_that_rotate_at_once_one_does() {
    let server = Server::start().await;
    let other = server.another_node().await.unwrap();
    let (first, second) = tokio::join!(
        server
            .provider
            .rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Next),
        other.rotate_key(Actor::Operator, SigningAlgorithm::Es256, When::Next),
    );
    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
    assert_eq!(server.keys().await.len(), 2);
}

#[on_both_stores]
async fn the_schedule_publishes_the_next_key_in_time_once() {
    let server = Server::with(|settings| settings.keys.rotate_every = Some(100 * HOUR)).await;
    let provider = &server.provider;
    let other = server.another_node().await.unwrap();
    let old = signing_kid(provider).await;
    server.clock.advance(99 * HOUR - 1);
    assert_eq!(provider.rotate_due_keys().await.unwrap(), []);
    server.clock.advance(1);
    let rotated = provider.rotate_due_keys().await.unwrap();
    assert_eq!(other.rotate_due_keys().await.unwrap(), []);
    assert_eq!(provider.rotate_due_keys().await.unwrap(), []);
    assert_eq!(signing_kid(provider).await, old);
    server.clock.advance(HOUR);
    assert_eq!(signing_kid(provider).await, rotated[0].kid);
    assert_eq!(rotated.len(), 1);
}

#[on_both_stores]
async fn without_a_schedule_a_key_signs_for_ever() {
    let server = Server::with(|settings| settings.keys.rotate_every = None).await;
    let kid = signing_kid(&server.provider).await;
    server.clock.advance(100 * 365 * 24 * HOUR);
    assert_eq!(server.provider.rotate_due_keys().await.unwrap(), []);
    assert_eq!(signing_kid(&server.provider).await, kid);
}

#[on_both_stores]
async fn an_imported_key_keeps_its_kid_and_signs_at_once() {
    let server = Server::start().await;
    let provider = &server.provider;
    let before = signed(provider, SigningAlgorithm::Es256).await;
    let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let imported = provider
        .import_key(Actor::Operator, None, &pem(&key))
        .await
        .unwrap();
    assert_eq!(
        (imported.kid.as_str(), imported.algorithm),
        (key.kid(), SigningAlgorithm::Es256)
    );
    assert_eq!(signing_kid(provider).await, key.kid());
    assert_eq!(verifies(provider, &before).await, Ok(()));
    let server = server.restart().await;
    assert_eq!(signing_kid(&server.provider).await, key.kid());
}

#[on_both_stores]
async fn a_key_that_cannot_be_imported_is_refused_by_name_and_changes_nothing() {
    let both = vec![
        SigningAlgorithm::Es256,
        SigningAlgorithm::Rs256,
        SigningAlgorithm::Ps256,
    ];
    let server = Server::with(|settings| settings.signing_algorithms = both).await;
    let provider = &server.provider;
    let rsa = SigningKey::generate(SigningAlgorithm::Rs256).unwrap();
    let imported = provider
        .import_key(Actor::Operator, None, &pem(&rsa))
        .await
        .unwrap();
    assert_eq!(imported.algorithm, SigningAlgorithm::Rs256);
    let before = provider.keys(Actor::Operator).await.unwrap();
    for algorithm in [None, Some(SigningAlgorithm::Ps256)] {
        let again = provider.import_key(Actor::Operator, algorithm, &pem(&rsa)).await;
        assert!(matches!(again, Err(RotationRefusal::KidTaken(kid)) if kid == rsa.kid()));
    }
    let edwards = pem(&SigningKey::generate(SigningAlgorithm::EdDsa).unwrap());
    let unused = provider.import_key(Actor::Operator, None, &edwards).await;
    assert!(matches!(
        unused,
        Err(RotationRefusal::NotOffered(SigningAlgorithm::EdDsa))
    ));
    let wrong_kind = provider
        .import_key(Actor::Operator, Some(SigningAlgorithm::Es256), &edwards)
        .await;
    assert!(matches!(wrong_kind, Err(RotationRefusal::NotAKey(_))));
    let no_key = provider
        .import_key(Actor::Operator, None, "-----BEGIN CERTIFICATE-----")
        .await;
    assert!(matches!(no_key, Err(RotationRefusal::NotAKey(_))));
    assert_eq!(provider.keys(Actor::Operator).await.unwrap(), before);
}

#[on_both_stores]
async fn each_algorithm_has_a_key_of_its_own_and_the_default_is_rs256() {
    let server = Server::with(|settings| settings.signing_algorithms = SigningAlgorithm::ALL.to_vec()).await;
    let kids = published(&server).await;
    assert_eq!(kids.len(), SigningAlgorithm::ALL.len());
    for algorithm in SigningAlgorithm::ALL {
        let token = signed(&server.provider, *algorithm).await;
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], algorithm.as_str());
        assert!(kids.contains(&header["kid"].as_str().unwrap().to_owned()));
        assert_eq!(verifies(&server.provider, &token).await, Ok(()));
    }
    assert_eq!(
        server.provider.settings().default_signing_algorithm(),
        SigningAlgorithm::Rs256
    );
}

#[on_both_stores]
async fn an_algorithm_that_is_offered_later_gets_its_key_at_the_next_start() {
    let server = Server::start().await;
    let kid = signing_kid(&server.provider).await;
    let refused = server
        .provider
        .sign(JwtType::Jwt, SigningAlgorithm::EdDsa, json!({}))
        .await;
    assert_eq!(refused, Err(SignError::NoKey(SigningAlgorithm::EdDsa)));
    let more = vec![SigningAlgorithm::Es256, SigningAlgorithm::EdDsa];
    let server = server
        .restart_with(|settings| settings.signing_algorithms = more)
        .await;
    signed(&server.provider, SigningAlgorithm::EdDsa).await;
    assert_eq!(signing_kid(&server.provider).await, kid);
}

#[on_both_stores]
async fn another_master_key_opens_nothing() {
    let server = Server::start().await;
    let randomness = CountedRandomness::default();
    for _ in 0..2 {
        MasterKey::generate(&randomness).unwrap();
    }
    let other = MasterKey::generate(&randomness).unwrap();
    let opened = server.another_node_with(other).await.err();
    assert!(
        matches!(opened, Some(StartError::Keys(KeysError::WrongMasterKey))),
        "{opened:?}"
    );
}

#[on_both_stores]
async fn another_master_key_that_was_added_opens_the_same_keys_until_it_is_retired() {
    let server = Server::start().await;
    let key = |letter: &str| MasterKey::parse(&format!("{}A", letter.repeat(42))).unwrap();
    let new = key("Q");
    let provider = &server.provider;
    provider.add_master_key(Actor::Operator, &new).await.unwrap();
    let node = server.another_node_with(new.clone()).await.unwrap();
    assert_eq!(node.form_token_key(), provider.form_token_key());
    assert_eq!(node.own_keys().await, provider.own_keys().await);
    let retired = node.retire_master_keys(Actor::Operator, &new).await;
    assert_eq!(retired.unwrap(), 1);
    let former = server.another_node().await.err();
    assert!(
        matches!(former, Some(StartError::Keys(KeysError::WrongMasterKey))),
        "{former:?}"
    );
    let added = provider.add_master_key(Actor::Operator, &key("Z")).await;
    assert!(matches!(added, Err(MasterKeyRefusal::Changed)), "{added:?}");
}

#[tokio::test]
async fn private_keys_are_not_in_the_database() {
    let server = Server::start().await;
    let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    server
        .provider
        .import_key(Actor::Operator, None, &pem(&key))
        .await
        .unwrap();
    let pkcs8 = key.to_pkcs8().unwrap();
    // The private number of a P-256 key in PKCS #8 (RFC 5915): 32 bytes after the version and the algorithm.
    let private = &pkcs8[36..68];
    let stored = server.database().concat();
    assert!(stored.windows(32).all(|window| window != private));
    assert!(String::from_utf8_lossy(&stored).contains(key.kid()));
}

#[on_both_stores]
async fn more_rsa_signatures_than_may_wait_are_turned_away() {
    let server = Server::with(|settings| {
        settings.signing_algorithms = vec![SigningAlgorithm::Rs256];
        settings.keys.threads = 1;
        settings.keys.queue = 1;
    })
    .await;
    let provider = Arc::new(server.provider.clone());
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let provider = Arc::clone(&provider);
            tokio::spawn(async move {
                provider
                    .sign(JwtType::Jwt, SigningAlgorithm::Rs256, json!({}))
                    .await
            })
        })
        .collect();
    let mut signed = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => signed += 1,
            Err(refusal) => assert_eq!(refusal, SignError::Overloaded),
        }
    }
    assert!((1..50).contains(&signed), "{signed}");
}

/// A leaked key: gone from the key set at once, and what it signed is refused.
#[on_both_stores]
async fn a_withdrawn_key_is_gone_at_once_and_its_tokens_are_refused() {
    let server = Server::with(|settings| settings.access_token_format = AccessTokenFormat::Jwt).await;
    let (api, spa) = (server.api().await, server.spa().await);
    let provider = &server.provider;
    let leaked = signing_kid(provider).await;
    let before = server.tokens(&spa, "alice").await;
    assert_eq!(server.introspect(&api, &before.access).await["active"], true);
    let withdrawn = provider.withdraw_key(Actor::Operator, &leaked).await.unwrap();
    let successor = withdrawn.successor.unwrap();
    assert!(matches!(successor.state, KeyState::Signing { .. }));
    assert_eq!(published(&server).await, std::slice::from_ref(&successor.kid));
    assert_eq!(signing_kid(provider).await, successor.kid);
    assert_eq!(
        server.introspect(&api, &before.access).await,
        json!({ "active": false })
    );
    let userinfo = Request::get("/o/userinfo/").header("authorization", format!("Bearer {}", before.access));
    server
        .send(userinfo.body(Body::empty()).unwrap())
        .await
        .assert_status(401);
    // The grant goes on: a refresh gives tokens of the new key.
    let after = Tokens::of(&server.refresh(&spa, &before.refresh).await);
    assert_eq!(server.introspect(&api, &after.access).await["active"], true);
    let again = provider.withdraw_key(Actor::Operator, &leaked).await.unwrap_err();
    assert!(matches!(again, RotationRefusal::UnknownKey(_)), "{again}");
}

#[on_both_stores]
async fn an_old_and_a_waiting_key_are_withdrawn_without_touching_the_one_that_signs() {
    let server = Server::start().await;
    let provider = &server.provider;
    let old = signing_kid(provider).await;
    let rotate = async |when| {
        provider
            .rotate_key(Actor::Operator, SigningAlgorithm::Es256, when)
            .await
            .unwrap()
    };
    server.clock.advance(1);
    let signing = rotate(When::Now).await.kid;
    let waiting = rotate(When::Next).await.kid;
    assert_eq!(
        published(&server).await,
        [old.clone(), signing.clone(), waiting.clone()]
    );
    let withdrawn = provider.withdraw_key(Actor::Operator, &old).await.unwrap();
    assert_eq!(withdrawn.successor, None);
    assert_eq!(published(&server).await, [signing.clone(), waiting.clone()]);
    let next = provider
        .withdraw_key(Actor::Operator, &waiting)
        .await
        .unwrap()
        .successor
        .unwrap();
    assert!(matches!(next.state, KeyState::Next { .. }), "{next:?}");
    assert_eq!(published(&server).await, [signing.clone(), next.kid.clone()]);
    assert_eq!(signing_kid(provider).await, signing);
    // The next one signs before its time if the one before it is withdrawn.
    provider.withdraw_key(Actor::Operator, &signing).await.unwrap();
    assert_eq!(published(&server).await, std::slice::from_ref(&next.kid));
    assert_eq!(signing_kid(provider).await, next.kid);
}

/// An old key would be the last that has begun to sign. What it would sign now outlives it.
#[on_both_stores]
async fn a_key_that_was_replaced_never_signs_again() {
    let server = Server::start().await;
    let provider = &server.provider;
    let rotate = async |when| {
        let rotated = provider.rotate_key(Actor::Operator, SigningAlgorithm::Es256, when);
        rotated.await.unwrap().kid
    };
    server.clock.advance(1);
    let signing = rotate(When::Now).await;
    let next = rotate(When::Next).await;
    server.clock.advance(1);
    let withdrawn = provider.withdraw_key(Actor::Operator, &signing).await.unwrap();
    let successor = withdrawn.successor.unwrap();
    let signs_from = provider.now();
    assert_eq!(successor.state, KeyState::Signing { signs_from });
    assert_eq!((successor.kid, signing_kid(provider).await), (next.clone(), next));
}

#[on_both_stores]
async fn only_administrators_withdraw_keys_and_the_page_says_what_that_breaks() {
    let server = Server::start().await;
    let kid = signing_kid(&server.provider).await;
    let page = format!("/o/keys/withdraw/{kid}/");
    let alice = server.sign_in("alice").await;
    alice.get(&page).await.assert_status(403);
    let root = server.sign_in("root").await;
    let listed = root.get("/o/keys/").await.assert_status(200);
    assert!(listed.body.contains(&page), "{listed:?}");
    let question = root.get(&page).await.assert_status(200);
    for words in [
        "stops working",
        "refuses access tokens",
        "until they fetch the keys again",
        "stay signed in",
    ] {
        assert!(question.body.contains(words), "{words}: {question:?}");
    }
    root.get("/o/keys/withdraw/unknown/").await.assert_status(404);
    root.submit(&page, &[]).await.assert_status(303);
    assert!(!published(&server).await.contains(&kid));
    let rotate = root
        .get("/o/keys/ES256/rotate/?when=now")
        .await
        .assert_status(200);
    assert!(
        rotate
            .body
            .contains("are accepted, until 15 April 2027, 08:05 UTC"),
        "{rotate:?}"
    );
}
