//! Tests of sealed answers, case by case.

use pixie_oauth::RefreshToken;
use uuid::Uuid;

use super::*;
use crate::examples::refresh_token;
use crate::randomness::{CountedRandomness, RandomnessError};
use crate::seal::SealError;

const ANSWER: &str = r#"{"access_token":"a","scope":"read write"}"#;

fn sealed(presented: &RefreshToken, grant: GrantId) -> Vec<u8> {
    let response = TokenResponse::repeated(ANSWER.to_owned().into());
    let (scope, audience) = requested("read write", &["urn:a:b"]);
    AnswerSeal::of(presented, grant)
        .unwrap()
        .seal(
            &Requested {
                scope: &scope,
                audience: &audience,
            },
            &response,
            &CountedRandomness::default(),
        )
        .unwrap()
}

fn requested(scope: &str, resources: &[&str]) -> (Scope, Audience) {
    let audience = Audience::parse(resources.iter().copied()).unwrap();
    (Scope::parse(scope).unwrap(), audience)
}

fn opened(seal: &AnswerSeal, sealed: &[u8], scope: &str, resources: &[&str]) -> Result<String, TokenRefusal> {
    let (scope, audience) = requested(scope, resources);
    let opened = seal.open(
        sealed,
        &Requested {
            scope: &scope,
            audience: &audience,
        },
    );
    opened.map(|response| response.expose().to_owned())
}

#[test]
fn the_token_presented_opens_its_answer_byte_for_byte() {
    let token = RefreshToken::new(1_800_000_000_000, &[1; 32]);
    let grant = refresh_token().grant;
    let sealed = sealed(&token, grant);
    let seal = AnswerSeal::of(&token, grant).unwrap();
    assert_eq!(
        opened(&seal, &sealed, "write read", &["urn:a:b"]),
        Ok(ANSWER.to_owned())
    );
}

#[test]
fn an_answer_for_another_scope_or_resource_stays_closed() {
    let token = RefreshToken::new(1_800_000_000_000, &[1; 32]);
    let grant = refresh_token().grant;
    let sealed = sealed(&token, grant);
    let seal = AnswerSeal::of(&token, grant).unwrap();
    for (scope, resources) in [
        ("read", &["urn:a:b"][..]),
        ("read write", &[]),
        ("read write", &["urn:a:c"]),
        ("read write", &["urn:a:b", "urn:a:c"]),
    ] {
        let opened = opened(&seal, &sealed, scope, resources);
        assert_eq!(
            opened,
            Err(TokenRefusal::RepeatedForOther),
            "{scope} {resources:?}"
        );
    }
}

/// The store has the token's hash, the family and the sealed answer: none of them opens it.
#[test]
fn nothing_that_the_store_has_opens_an_answer() {
    let token = RefreshToken::new(1_800_000_000_000, &[1; 32]);
    let grant = refresh_token().grant;
    let sealed = sealed(&token, grant);
    let hash = token.hash();
    for secret in [&hash.as_bytes()[..], grant.as_uuid().as_bytes(), &sealed[..]] {
        let key = SealingKey::derive(secret, "refresh answer").unwrap();
        assert!(key.open(&sealed, grant.as_uuid().as_bytes()).is_none());
    }
    let closed = |seal: AnswerSeal, sealed: &[u8]| opened(&seal, sealed, "read write", &["urn:a:b"]).is_err();
    let other = RefreshToken::new(1_800_000_000_000, &[2; 32]);
    assert!(closed(AnswerSeal::of(&other, grant).unwrap(), &sealed));
    let elsewhere = GrantId::from_uuid(Uuid::from_u128(99));
    assert!(closed(AnswerSeal::of(&token, elsewhere).unwrap(), &sealed));
    assert!(closed(AnswerSeal::of(&token, grant).unwrap(), &[]));
}

#[test]
fn a_cipher_failure_is_not_reported_as_missing_random_bytes() {
    assert_eq!(
        TokenRefusal::from(SealError::from(CipherError)),
        TokenRefusal::Cipher(CipherError)
    );
    assert_eq!(
        TokenRefusal::from(SealError::from(RandomnessError)),
        TokenRefusal::Randomness(RandomnessError)
    );
}
