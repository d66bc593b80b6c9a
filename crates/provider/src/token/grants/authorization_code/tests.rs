//! Tests of the rules, case by case.

use pixie_oauth::{ChallengeMethod, CodeChallenge, Relaxation};
use proptest::prelude::*;

use super::*;
use crate::examples::{VERIFIER, client, code, relaxed, stranger};

const HERE: &str = "https://a.example/cb";

fn decided(
    presented: (Option<&str>, Option<&str>),
    client: &Client,
    code: &CodeRecord,
) -> Result<(), TokenRefusal> {
    let (redirect_uri, verifier) = presented;
    decide(
        &Presented {
            redirect_uri,
            verifier,
        },
        client,
        code,
    )
}

fn without_challenge() -> CodeRecord {
    CodeRecord {
        challenge: None,
        ..code()
    }
}

#[test]
fn the_right_client_redirect_uri_and_verifier_redeem() {
    assert_eq!(decided((Some(HERE), Some(VERIFIER)), &client(), &code()), Ok(()));
    assert_eq!(decided((None, Some(VERIFIER)), &client(), &code()), Ok(()));
}

#[test]
fn the_client_is_looked_at_before_everything_else() {
    for presented in [
        (Some(HERE), Some(VERIFIER)),
        (Some("https://evil.example/"), Some("x")),
        (None, None),
    ] {
        assert_eq!(
            decided(presented, &stranger(), &code()),
            Err(TokenRefusal::ForeignCode)
        );
    }
}

#[test]
fn each_fault_has_its_reason() {
    let wrong = VERIFIER.replace('d', "e");
    for (presented, reason) in [
        (
            (Some("https://a.example/cb/"), Some(VERIFIER)),
            TokenRefusal::OtherRedirectUri,
        ),
        ((Some(HERE), None), TokenRefusal::VerifierMissing),
        ((Some(HERE), Some("short")), TokenRefusal::VerifierMalformed),
        ((Some(HERE), Some(&*wrong)), TokenRefusal::WrongVerifier),
    ] {
        assert_eq!(decided(presented, &client(), &code()), Err(reason));
    }
}

#[test]
fn without_challenge_the_redirect_uri_is_needed_and_a_verifier_is_a_downgrade() {
    let code = without_challenge();
    assert_eq!(decided((Some(HERE), None), &client(), &code), Ok(()));
    assert_eq!(
        decided((None, None), &client(), &code),
        Err(TokenRefusal::Missing("redirect_uri"))
    );
    assert_eq!(
        decided((Some(HERE), Some(VERIFIER)), &client(), &code),
        Err(TokenRefusal::VerifierWithoutChallenge)
    );
}

#[test]
fn a_plain_challenge_is_met_by_itself_alone() {
    let plain = CodeRecord {
        challenge: Some(CodeChallenge::from_stored(
            "12345".to_owned(),
            ChallengeMethod::Plain,
        )),
        ..code()
    };
    let legacy = Client {
        rules: relaxed(&[Relaxation::PlainChallenge, Relaxation::ShortVerifiers]),
        ..client()
    };
    assert_eq!(decided((Some(HERE), Some("12345")), &legacy, &plain), Ok(()));
    assert_eq!(
        decided((Some(HERE), Some("12346")), &legacy, &plain),
        Err(TokenRefusal::WrongVerifier)
    );
}

proptest! {
    #[test]
    fn no_other_verifier_redeems(verifier in "[A-Za-z0-9._~-]{43,128}") {
        prop_assume!(verifier != VERIFIER);
        prop_assert_eq!(
            decided((Some(HERE), Some(&verifier)), &client(), &code()),
            Err(TokenRefusal::WrongVerifier)
        );
    }

    #[test]
    fn no_other_redirect_uri_redeems(uri: String) {
        prop_assume!(uri != HERE);
        prop_assert_eq!(
            decided((Some(&uri), Some(VERIFIER)), &client(), &code()),
            Err(TokenRefusal::OtherRedirectUri)
        );
    }
}
