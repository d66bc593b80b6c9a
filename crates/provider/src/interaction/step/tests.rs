//! The table of steps.

use pixie_oauth::{
    Acr, AuthenticationMethod, AuthenticationMethods, ClaimRequest, Prompts, Scope, TokenHash,
};

use super::*;
use crate::clock::Timestamp;
use crate::entities::{Account, Client, Username};
use crate::examples;
use crate::ids::{AccountId, SessionId};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// The facts of a case; by default somebody is signed in who has allowed nothing.
#[derive(Clone, Copy)]
struct Given {
    signed_in: bool,
    silent: bool,
    prompt: &'static str,
    /// Seconds since the person signed in.
    age: i64,
    max_age: Option<i64>,
    hint: Hint,
    /// They have signed in since this request was first seen.
    again: bool,
    /// They have chosen the account.
    chosen: bool,
    trusted: bool,
    allowed: Option<&'static str>,
    decision: Option<Decision>,
    /// The context class on which the client insists; the session has `1`.
    acr: Option<&'static str>,
}

const GIVEN: Given = Given {
    signed_in: true,
    silent: false,
    prompt: "",
    age: 100,
    max_age: None,
    hint: Hint::Absent,
    again: false,
    chosen: false,
    trusted: false,
    allowed: None,
    decision: None,
    acr: None,
};

/// The step for a request for `read`.
fn step(given: Given) -> String {
    let client = Client {
        trusted: given.trusted,
        ..examples::client()
    };
    let prompts = Prompts::parse(if given.silent { "none" } else { given.prompt }).unwrap();
    let scope = Scope::parse("read").unwrap();
    let acr = given.acr.map(|value| ClaimRequest {
        essential: true,
        value: Some(value.into()),
        values: None,
    });
    let session = Session {
        id: SessionId::from_uuid(uuid::Uuid::nil()),
        account: account(),
        authenticated_at: NOW.plus(-given.age),
        methods: AuthenticationMethods::of(&[AuthenticationMethod::Password]),
        acr: Acr::one_factor(),
        sign_in: TokenHash::from_bytes([0; 32]),
    };
    let consent = given.allowed.map(|scope| Consent {
        account: session.account.id,
        client: client.key,
        scope: Scope::parse(scope).unwrap(),
        granted_at: NOW,
        device_uri: None,
    });
    let evidence = Evidence {
        session: given.signed_in.then_some(&session),
        consent: consent.as_ref(),
        decision: given.decision,
        proven: Proven {
            signed_in: given.again,
            chosen: given.chosen,
        },
        arrived_at: NOW,
    };
    let requirement = Requirement {
        client: &client,
        prompts: &prompts,
        max_age: given.max_age,
        acr: acr.as_ref(),
        account: given.hint,
        scope: &scope,
    };
    match next_step(requirement, evidence) {
        Step::Login(reason) => format!("login: {reason:?}"),
        Step::Consent(reason) => format!("consent: {reason:?}"),
        Step::Complete(_) => "code".to_owned(),
        Step::Refuse(refusal) => format!("refused: {refusal:?}"),
    }
}

fn account() -> Account {
    Account::new(
        AccountId::from_uuid(uuid::Uuid::nil()),
        Username::parse("alice").unwrap(),
        NOW,
    )
}

#[test]
fn the_table_of_steps() {
    let (allow, deny) = (Some(Decision::Allow), Some(Decision::Deny));
    let nobody = Given {
        signed_in: false,
        ..GIVEN
    };
    let silent = Given {
        silent: true,
        ..GIVEN
    };
    let trusted = Given {
        trusted: true,
        ..GIVEN
    };
    let allowed = Some("read write");
    let narrow = Some("write");
    for (given, expected) in [
        // Nobody is signed in: in every case the result is login, or its error.
        (nobody, "login: NotSignedIn"),
        (
            Given {
                trusted: true,
                ..nobody
            },
            "login: NotSignedIn",
        ),
        (Given { allowed, ..nobody }, "login: NotSignedIn"),
        (
            Given {
                decision: allow,
                ..nobody
            },
            "login: NotSignedIn",
        ),
        (
            Given {
                decision: deny,
                ..nobody
            },
            "login: NotSignedIn",
        ),
        (
            Given {
                silent: true,
                ..nobody
            },
            "refused: LoginRequired",
        ),
        (
            Given {
                silent: true,
                decision: allow,
                ..nobody
            },
            "refused: LoginRequired",
        ),
        // Consent, given or not.
        (GIVEN, "consent: NotGiven"),
        (Given { allowed, ..GIVEN }, "code"),
        (
            Given {
                allowed: narrow,
                ..GIVEN
            },
            "consent: Wider",
        ),
        (
            Given {
                allowed: Some(""),
                ..GIVEN
            },
            "consent: Wider",
        ),
        (
            Given {
                decision: allow,
                ..GIVEN
            },
            "code",
        ),
        (
            Given {
                decision: deny,
                ..GIVEN
            },
            "refused: Denied",
        ),
        (
            Given {
                decision: deny,
                allowed,
                ..GIVEN
            },
            "refused: Denied",
        ),
        // No page may be shown.
        (silent, "refused: ConsentRequired"),
        (Given { allowed, ..silent }, "code"),
        (
            Given {
                allowed: narrow,
                ..silent
            },
            "refused: ConsentRequired",
        ),
        // The company's own application is not asked about.
        (trusted, "code"),
        (
            Given {
                silent: true,
                ..trusted
            },
            "code",
        ),
        (
            Given {
                decision: deny,
                ..trusted
            },
            "refused: Denied",
        ),
        (
            Given {
                decision: Some(Decision::AllowOnDevice),
                ..GIVEN
            },
            "code",
        ),
    ] {
        let Given {
            signed_in,
            silent,
            trusted,
            ..
        } = given;
        assert_eq!(
            step(given),
            expected,
            "signed in {signed_in}, silent {silent}, trusted {trusted}, allowed {:?}, {:?}",
            given.allowed,
            given.decision
        );
    }
}

#[test]
fn what_the_client_wants_of_the_sign_in() {
    let trusted = Given {
        trusted: true,
        ..GIVEN
    };
    let prompt = |prompt| Given { prompt, ..trusted };
    let max_age = |max_age| Given {
        max_age: Some(max_age),
        ..trusted
    };
    let hint = |hint| Given { hint, ..trusted };
    let acr = |acr| Given {
        acr: Some(acr),
        ..trusted
    };
    let silent = |given| Given {
        silent: true,
        ..given
    };
    let again = |given| Given { again: true, ..given };
    for (given, expected) in [
        (prompt("login"), "login: Again"),
        (again(prompt("login")), "code"),
        (prompt("create"), "login: NewAccount"),
        (again(prompt("create")), "code"),
        (
            Given {
                signed_in: false,
                ..prompt("create")
            },
            "login: NewAccount",
        ),
        (prompt("select_account"), "login: WhichAccount"),
        (again(prompt("select_account")), "code"),
        (
            Given {
                chosen: true,
                ..prompt("select_account")
            },
            "code",
        ),
        // Choosing is not signing in.
        (
            Given {
                chosen: true,
                ..prompt("login select_account")
            },
            "login: Again",
        ),
        (prompt("consent"), "consent: Wanted"),
        (
            Given {
                decision: Some(Decision::Allow),
                ..prompt("consent")
            },
            "code",
        ),
        (prompt("login consent"), "login: Again"),
        (again(prompt("login consent")), "consent: Wanted"),
        (max_age(100), "code"),
        (max_age(99), "login: TooLongAgo"),
        (silent(max_age(99)), "refused: LoginRequired"),
        (again(max_age(99)), "code"),
        // 0 wants a sign-in of its own, also within the second of the last one.
        (Given { age: 0, ..max_age(0) }, "login: TooLongAgo"),
        (again(Given { age: 0, ..max_age(0) }), "code"),
        (hint(Hint::Same), "code"),
        (silent(hint(Hint::Same)), "code"),
        (hint(Hint::SomebodyElse), "login: SomebodyElse"),
        (silent(hint(Hint::SomebodyElse)), "refused: LoginRequired"),
        (again(hint(Hint::SomebodyElse)), "refused: OtherPerson"),
        (hint(Hint::Unrecognised), "code"),
        (silent(hint(Hint::Unrecognised)), "refused: LoginRequired"),
        (again(hint(Hint::Unrecognised)), "code"),
        (acr("1"), "code"),
        (acr("2"), "login: Stronger"),
        (silent(acr("2")), "refused: UnmetContext"),
        (again(acr("2")), "refused: UnmetContext"),
    ] {
        let Given {
            prompt,
            max_age,
            hint,
            again,
            ..
        } = given;
        assert_eq!(
            step(given),
            expected,
            "prompt {prompt:?}, max_age {max_age:?}, {hint:?}, signed in again {again}"
        );
    }
}
