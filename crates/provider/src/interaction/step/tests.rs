//! The table of steps.

use pixie_oauth::{Acr, AuthenticationMethods, Prompts, Scope, TokenHash};

use super::*;
use crate::clock::Timestamp;
use crate::entities::{Account, Client, Username};
use crate::examples;
use crate::ids::{AccountId, SessionId};
use crate::interaction::RequestedAcr;
use crate::settings::AcrSettings;

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
    /// The context classes that the client requests.
    acr: Option<&'static str>,
    /// The client insists on one of them.
    essential: bool,
    /// The class of the session.
    reached: &'static str,
    reach: Reach,
    demand: Demand,
    /// It was opened on a remembered device.
    remembered_device: bool,
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
    essential: false,
    reached: "1",
    reach: Reach::OneFactor,
    demand: Demand::IfEnrolled,
    remembered_device: false,
};

/// The step for a request for `read`.
fn step(given: Given) -> String {
    let client = Client {
        trusted: given.trusted,
        ..examples::client()
    };
    let prompts = Prompts::parse(if given.silent { "none" } else { given.prompt }).unwrap();
    let scope = Scope::parse("read").unwrap();
    let acr = given.acr.map(|values| RequestedAcr {
        values: values
            .split(' ')
            .map(|value| Acr::parse(value).unwrap())
            .collect(),
        essential: given.essential,
    });
    let acr_names = AcrSettings::default();
    let session = Session {
        id: SessionId::from_uuid(uuid::Uuid::nil()),
        account: account(),
        authenticated_at: NOW.plus(-given.age),
        methods: AuthenticationMethods::parse("pwd"),
        acr: Acr::parse(given.reached).unwrap(),
        persistent: false,
        remembered_device: given.remembered_device,
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
        demand: given.demand,
        reach: given.reach,
        arrived_at: NOW,
    };
    let requirement = Requirement {
        client: &client,
        prompts: &prompts,
        max_age: given.max_age,
        acr: acr.as_ref(),
        acr_names: &acr_names,
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

/// The steps for requested context classes: of a client that insists on one of them, and of one that wishes for them.
#[test]
fn a_session_steps_up_to_the_first_requested_class_that_its_person_reaches() {
    use Reach::{OneFactor, PhishingResistant, TwoFactors, Unknown};
    let (unmet, step_up) = ("refused: UnmetContext", "login: SecondFactor");
    for (acr, reached, reach, essential, voluntary) in [
        ("1", "1", OneFactor, "code", "code"),
        ("1", "2", TwoFactors, "code", "code"),
        ("2", "2", TwoFactors, "code", "code"),
        ("2", "1", TwoFactors, step_up, step_up),
        ("2", "1", OneFactor, unmet, "code"),
        ("2", "1", Unknown, "login: Stronger", "code"),
        ("phr", "phr", PhishingResistant, "code", "code"),
        ("2", "phr", PhishingResistant, "code", "code"),
        ("phr", "1", PhishingResistant, step_up, step_up),
        ("phr", "2", PhishingResistant, step_up, step_up),
        ("phr", "2", TwoFactors, unmet, "code"),
        ("phr 2", "1", TwoFactors, step_up, step_up),
        // The order is the client's.
        ("2 1", "1", TwoFactors, step_up, step_up),
        ("1 2", "1", TwoFactors, "code", "code"),
        ("2 1", "1", OneFactor, "code", "code"),
        ("2 1", "1", Unknown, "code", "code"),
        // A class that only a host application's login reaches.
        ("badge", "badge", Unknown, "code", "code"),
        ("badge", "2", TwoFactors, unmet, "code"),
        ("badge 2", "1", TwoFactors, step_up, step_up),
        ("badge", "1", Unknown, "login: Stronger", "code"),
    ] {
        let given = |essential| Given {
            trusted: true,
            acr: Some(acr),
            reached,
            reach,
            essential,
            ..GIVEN
        };
        let case = format!("{acr:?} of a session with {reached}, {reach:?}");
        assert_eq!(step(given(true)), essential, "essential {case}");
        assert_eq!(step(given(false)), voluntary, "voluntary {case}");
        // Without a page, nobody steps up: a wish counts for nothing, and of several classes one that is reached is enough.
        let silent = |essential| Given {
            silent: true,
            ..given(essential)
        };
        let accepted = acr
            .split(' ')
            .any(|value| value == reached || [("1", "2"), ("2", "phr")].contains(&(value, reached)));
        let expected = if accepted { "code" } else { unmet };
        assert_eq!(step(silent(true)), expected, "silent, essential {case}");
        assert_eq!(step(silent(false)), "code", "silent, voluntary {case}");
        // Somebody who has just signed in is asked for a second factor, and not for another sign-in.
        let again = Given {
            again: true,
            ..given(true)
        };
        let expected = if essential == "login: Stronger" {
            unmet
        } else {
            essential
        };
        assert_eq!(step(again), expected, "signed in again, essential {case}");
        // A wish does not stop them a second time: they may have used another factor than the one that it needs.
        let again = Given {
            again: true,
            ..given(false)
        };
        assert_eq!(step(again), "code", "signed in again, voluntary {case}");
    }
}

#[test]
fn a_new_sign_in_is_asked_for_before_a_second_factor() {
    let given = Given {
        trusted: true,
        acr: Some("2"),
        essential: true,
        reach: Reach::TwoFactors,
        ..GIVEN
    };
    for (prompt, max_age, expected) in [
        ("login", None, "login: Again"),
        ("", Some(99), "login: TooLongAgo"),
        ("", Some(100), "login: SecondFactor"),
        ("consent", None, "login: SecondFactor"),
    ] {
        let given = Given {
            prompt,
            max_age,
            ..given
        };
        assert_eq!(step(given), expected, "{prompt:?} {max_age:?}");
    }
    let another = Given {
        hint: Hint::SomebodyElse,
        ..given
    };
    assert_eq!(step(another), "login: SomebodyElse");
}

#[test]
fn a_second_factor_that_the_policy_demands_is_proved_or_added_first() {
    let required = Given {
        trusted: true,
        demand: Demand::Required,
        ..GIVEN
    };
    for (reach, expected, again) in [
        (Reach::TwoFactors, "login: SecondFactor", "login: SecondFactor"),
        (Reach::OneFactor, "login: SecondFactor", "login: SecondFactor"),
        (
            Reach::PhishingResistant,
            "login: SecondFactor",
            "login: SecondFactor",
        ),
        (Reach::Unknown, "login: Stronger", "refused: UnmetContext"),
    ] {
        let given = Given { reach, ..required };
        assert_eq!(step(given), expected, "{reach:?}");
        let signed_in_again = Given { again: true, ..given };
        assert_eq!(step(signed_in_again), again, "{reach:?}");
        let silent = Given {
            silent: true,
            ..given
        };
        assert_eq!(step(silent), "refused: LoginRequired", "{reach:?}");
        for reached in ["2", "phr"] {
            assert_eq!(step(Given { reached, ..given }), "code", "{reach:?} {reached}");
        }
        let remembered_device = Given {
            remembered_device: true,
            ..given
        };
        assert_eq!(step(remembered_device), "code", "{reach:?}");
        for demand in [Demand::None, Demand::IfEnrolled, Demand::Suggested] {
            assert_eq!(step(Given { demand, ..given }), "code", "{reach:?} {demand:?}");
        }
    }
}
