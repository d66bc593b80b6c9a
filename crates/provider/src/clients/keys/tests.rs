//! Keys at an address, against a fake outside on a fake clock.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use pixie_oauth::RegisteredKeys;
use pixie_oauth::jose::{JwtType, SigningKey};
use serde_json::json;
use tokio::sync::Semaphore;

use super::*;
use crate::clock::FakeClock;
use crate::examples::NOW;
use crate::ids::ClientKey;
use crate::outbound::{Exchange, ExchangeResponse, FakeOutbound, Fetch, Fetched, Outbound};

const CLIENT: KeyOwner = KeyOwner::Client(ClientKey::from_uuid(uuid::Uuid::nil()));
const JWKS: &str = "https://rp.example/jwks";

/// A relying party with keys at an address.
struct Party {
    outbound: Arc<FakeOutbound>,
    clock: Arc<FakeClock>,
    keys: RemoteKeys,
}

impl Party {
    fn new() -> Self {
        let (outbound, clock) = (Arc::new(FakeOutbound::default()), Arc::new(FakeClock::at(NOW)));
        let keys = RemoteKeys::new(outbound.clone(), clock.clone());
        Self {
            outbound,
            clock,
            keys,
        }
    }

    /// Publishes a new key and gives its name.
    fn publish(&self, max_age: Option<i64>) -> String {
        let key = SigningKey::generate(SigningAlgorithm::EdDsa).unwrap();
        let body = json!({ "keys": [key.public()] }).to_string().into_bytes();
        let document = Fetched {
            body,
            max_age,
            ..Fetched::default()
        };
        self.outbound.answer_fetch(JWKS, Ok(document));
        key.kid().to_owned()
    }

    async fn names(&self, required: RequiredKeys<'_>) -> Result<Vec<String>, ClientKeysError> {
        let keys = self.keys.at(CLIENT, JWKS, required).await?;
        let names = keys.keys().iter().filter_map(|key| key.kid().map(str::to_owned));
        Ok(names.collect())
    }

    /// How many requests this makes.
    async fn requests_for(&self, required: RequiredKeys<'_>) -> usize {
        let before = self.outbound.fetches().len();
        let _ = self.keys.at(CLIENT, JWKS, required).await;
        self.outbound.fetches().len() - before
    }
}

#[tokio::test]
async fn keys_are_fetched_once_and_kept_as_long_as_their_server_says_within_bounds() {
    for (max_age, kept) in [(None, 60), (Some(0), 60), (Some(600), 600), (Some(86_400), 3600)] {
        let party = Party::new();
        party.publish(max_age);
        assert_eq!(party.requests_for(RequiredKeys::Any).await, 1);
        party.clock.advance(kept - 1);
        assert_eq!(party.requests_for(RequiredKeys::Any).await, 0, "{max_age:?}");
        party.clock.advance(1);
        assert_eq!(party.requests_for(RequiredKeys::Any).await, 1, "{max_age:?}");
    }
}

#[tokio::test]
async fn an_unknown_key_id_fetches_again_but_not_more_often_than_every_10_seconds() {
    let party = Party::new();
    party.publish(Some(3600));
    party.names(RequiredKeys::Any).await.unwrap();
    let rotated = party.publish(Some(3600));
    assert_eq!(party.requests_for(RequiredKeys::Kid(&rotated)).await, 0);
    party.clock.advance(10);
    let names = party.names(RequiredKeys::Kid(&rotated)).await.unwrap();
    assert_eq!(names, std::slice::from_ref(&rotated));
    for _ in 0..20 {
        party.requests_for(RequiredKeys::Kid("invented")).await;
    }
    assert_eq!(party.outbound.fetches().len(), 2);
    assert_eq!(party.requests_for(RequiredKeys::Kid(&rotated)).await, 0);
}

#[tokio::test]
async fn keys_that_verify_nothing_are_fetched_again() {
    let party = Party::new();
    party.publish(Some(3600));
    let keys = party.keys.at(CLIENT, JWKS, RequiredKeys::Any).await.unwrap();
    let rotated = party.publish(Some(3600));
    party.clock.advance(10);
    assert_eq!(
        party.names(RequiredKeys::OtherThan(&keys)).await.unwrap(),
        [rotated]
    );
    // Others may have fetched them meanwhile.
    assert_eq!(party.requests_for(RequiredKeys::OtherThan(&keys)).await, 0);
}

#[tokio::test]
async fn old_keys_are_used_while_new_ones_cannot_be_had_but_not_for_ever() {
    let party = Party::new();
    let kid = party.publish(None);
    party.names(RequiredKeys::Any).await.unwrap();
    party.outbound.answer_fetch(JWKS, Err(OutboundError::TimedOut));
    party.clock.advance(24 * 3600 - 1);
    assert_eq!(party.names(RequiredKeys::Any).await.unwrap(), [kid]);
    party.clock.advance(1);
    let failure = Err(ClientKeysError::Fetch(OutboundError::TimedOut));
    assert_eq!(party.names(RequiredKeys::Any).await, failure);
}

#[tokio::test]
async fn a_failed_attempt_is_not_repeated_for_10_seconds() {
    let party = Party::new();
    let failure = Err(ClientKeysError::Fetch(OutboundError::Unresolvable));
    assert_eq!(party.names(RequiredKeys::Any).await, failure);
    party.publish(None);
    party.clock.advance(9);
    assert_eq!(party.names(RequiredKeys::Any).await, failure);
    assert_eq!(party.outbound.fetches().len(), 1);
    party.clock.advance(1);
    assert!(party.names(RequiredKeys::Any).await.is_ok());
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_stop_the_attempts() {
    let party = Party::new();
    assert!(party.names(RequiredKeys::Any).await.is_err());
    party.publish(None);
    party.clock.advance(-3600);
    assert!(party.names(RequiredKeys::Any).await.is_ok());
}

#[tokio::test]
async fn what_is_no_key_set_or_holds_private_keys_or_is_too_large_is_no_answer() {
    let large = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(64 * 1024));
    for (document, expected) in [
        ("<html>", ClientKeysError::NotJson),
        (r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, JwkError::Private.into()),
        (&large, OutboundError::TooLarge.into()),
    ] {
        let party = Party::new();
        party.outbound.answer_json(JWKS, document);
        assert_eq!(party.names(RequiredKeys::Any).await, Err(expected));
    }
}

/// Answers only after the test releases it.
struct Slow {
    inner: Arc<FakeOutbound>,
    gate: Semaphore,
    requests: AtomicUsize,
}

#[async_trait]
impl Outbound for Slow {
    async fn fetch(&self, request: Fetch) -> Result<Fetched, OutboundError> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let _ = self.gate.acquire().await;
        self.inner.fetch(request).await
    }

    async fn post_form(&self, url: &str, body: String) -> Result<u16, OutboundError> {
        self.inner.post_form(url, body).await
    }

    async fn exchange(&self, request: Exchange) -> Result<ExchangeResponse, OutboundError> {
        self.inner.exchange(request).await
    }
}

#[tokio::test]
async fn many_at_once_cause_one_request_also_if_the_first_hangs_up() {
    let party = Party::new();
    let kid = party.publish(None);
    let slow = Arc::new(Slow {
        inner: party.outbound.clone(),
        gate: Semaphore::new(0),
        requests: AtomicUsize::new(0),
    });
    let keys = Arc::new(RemoteKeys::new(slow.clone(), party.clock.clone()));
    let ask = || {
        let keys = keys.clone();
        tokio::spawn(async move { keys.at(CLIENT, JWKS, RequiredKeys::Any).await })
    };
    let first = ask();
    while slow.requests.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let waiting: Vec<_> = (0..50).map(|_| ask()).collect();
    first.abort();
    assert!(first.await.is_err());
    slow.gate.add_permits(1);
    for one in waiting {
        assert_eq!(one.await.unwrap().unwrap().keys()[0].kid(), Some(kid.as_str()));
    }
    assert_eq!(slow.requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn registered_keys_are_parsed_once_and_not_for_each_assertion() {
    let party = Party::new();
    let key = SigningKey::generate(SigningAlgorithm::EdDsa).unwrap();
    let mut client = crate::examples::client();
    client.jwks = RegisteredKeys::parse(json!({ "keys": [key.public()] })).ok();
    let first = keys_of(&party.keys, &client, None).await.unwrap();
    let second = keys_of(&party.keys, &client, Some(key.kid())).await.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    let jwt = key
        .sign(JwtType::ClientAuthentication, &json!({ "sub": "example" }))
        .unwrap();
    let verified = verify_signed_by(&party.keys, &client, &jwt, SigningAlgorithm::ALL).await;
    assert!(verified.is_ok());
}

/// Another client may have registered the address before: what it gave then is not what it gives now.
#[tokio::test]
async fn a_client_does_not_inherit_the_keys_that_another_client_fetched() {
    let party = Party::new();
    let old = party.publish(Some(3600));
    assert_eq!(party.names(RequiredKeys::Any).await, Ok(vec![old.clone()]));
    let new = party.publish(Some(3600));
    let other = ClientKey::from_uuid(uuid::Uuid::max());
    let other = KeyOwner::Client(other);
    let keys = party.keys.at(other, JWKS, RequiredKeys::Any).await.unwrap();
    assert_eq!(keys.keys()[0].kid(), Some(&*new));
    assert_eq!(
        party.names(RequiredKeys::Any).await,
        Ok(vec![old]),
        "its own are fresh"
    );
}
