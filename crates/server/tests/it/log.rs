//! The log: every entry of a request has its id, whichever form is chosen.

use serde_json::Value;

use crate::pixie::Pixie;

const WRONG: [(&str, &str); 3] = [
    ("client_id", "reports"),
    ("client_secret", "not its secret at all"),
    ("grant_type", "client_credentials"),
];

const FILE: &str = r#"
[[clients]]
client_id = "reports"
client_secret = "a secret of legal length"
grant_types = ["client_credentials"]
token_endpoint_auth_method = "client_secret_post"
"#;

/// The log of a server at some level, after requests that end in several crates.
fn log(flags: &[&str]) -> String {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", FILE);
    let server = pixie.serve_with(flags);
    assert_eq!(server.post("/o/token/", &WRONG)["error"], "invalid_client");
    assert_eq!(server.status("/nowhere"), 404);
    server.stop();
    std::fs::read_to_string(pixie.path("log")).unwrap()
}

fn is_of_a_request(message: &str) -> bool {
    ["refused", "answered"].contains(&message)
}

#[test]
fn every_line_of_a_request_has_its_id_as_json_whatever_the_level() {
    for level in ["info", "warn"] {
        let log = log(&[
            "--log-format",
            "json",
            "--log-level",
            level,
            "--set",
            "logging.requests=true",
        ]);
        let lines: Vec<Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let ids: Vec<_> = lines
            .iter()
            .filter(|line| is_of_a_request(line["message"].as_str().unwrap()))
            .map(|line| {
                (
                    line["span"]["path"].as_str().unwrap(),
                    line["span"]["id"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(ids.len(), 4, "{log}");
        assert!(
            ids[0] == ids[1] && ids[2] == ids[3] && ids[0].1 != ids[2].1,
            "{ids:?}"
        );
        assert_eq!((ids[0].0, ids[2].0), ("/o/token/", "/nowhere"));
    }
}

#[test]
fn every_line_of_a_request_has_its_id_for_people_too() {
    let log = log(&["--log-level", "warn"]);
    let lines: Vec<_> = log.lines().filter(|line| line.contains("refused")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines.iter().all(|line| line.contains("request{id=\"")), "{log}");
}

/// A text typed as a username may be a password. A filter that bans needs the address alone.
#[test]
fn a_refused_sign_in_has_the_address_and_the_account_only_if_there_is_one() {
    let pixie = Pixie::new();
    pixie.run(&["user", "add", "alice", "--no-password"]).done();
    let slow = [
        "--set",
        "throttle.first_delay=1m",
        "--set",
        "throttle.free_attempts=1",
    ];
    let server = pixie.serve_with(&slow);
    let typed = "correct horse battery";
    for username in ["alice", typed] {
        assert_eq!(server.sign_in(username, "wrong"), 400);
        assert_eq!(server.sign_in(username, "wrong"), 429);
    }
    server.stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("sign-in refused"))
        .collect();
    let [wrong, too_many, unknown, unknown_too_many] = lines[..] else {
        panic!("{log}")
    };
    for (line, reason, has_account) in [
        (wrong, "wrong password", true),
        (too_many, "too many failed attempts", true),
        (unknown, "unknown username", false),
        (unknown_too_many, "too many failed attempts", false),
    ] {
        assert!(line.contains(" address=127.0.0.1 "), "{line}");
        assert!(line.ends_with(&format!(" reason={reason}")), "{line}");
        assert_eq!(line.contains("account=\"alice\""), has_account, "{line}");
    }
    assert!(!log.contains(typed), "{log}");
}

#[test]
fn answered_requests_are_logged_where_that_is_wanted() {
    assert!(!log(&["--log-level", "trace"]).contains("outcome"));
    let log = log(&["--set", "logging.requests=true"]);
    assert!(
        log.contains(r#"answered endpoint="token" outcome="invalid_client" status=401"#),
        "{log}"
    );
}

/// The line of a refusal has what a filter of addresses needs, and never what was typed in place of a username.
#[test]
fn a_refused_sign_in_is_logged_with_account_address_and_reason() {
    let pixie = Pixie::new();
    pixie
        .run_with_input(
            &["user", "add", "alice", "--password-stdin"],
            "a password of alice\n",
        )
        .done();
    let server = pixie.serve_with(&["--log-format", "json"]);
    for (username, password) in [("alice", "wrong"), ("my secret password", "alice")] {
        assert_eq!(server.sign_in(username, password), 400);
    }
    server.post("/o/token/", &WRONG);
    server.stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    assert!(!log.contains("my secret password"), "{log}");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["message"].as_str().unwrap().contains("refused"))
        .collect();
    assert_eq!(lines.len(), 3, "{log}");
    assert!(
        lines.iter().all(|line| line["span"]["address"] == "127.0.0.1"),
        "{log}"
    );
    assert_eq!(
        (&lines[0]["account"], &lines[0]["reason"]),
        (&"alice".into(), &"wrong password".into())
    );
    assert_eq!(
        (&lines[1]["account"], &lines[1]["reason"]),
        (&Value::Null, &"unknown username".into())
    );
    assert_eq!(lines[2]["client_id"], "reports");
    assert!(
        lines[2]["reason"].as_str().unwrap().starts_with("unknown client"),
        "{log}"
    );
}

/// Applications ask with `prompt=none` every few minutes, and "nobody is signed in" is an answer like another.
#[test]
fn nobody_signed_in_at_prompt_none_is_no_warning() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        "[[clients]]\nclient_id = \"spa\"\nredirect_uris = [\"https://app.example/cb\"]\n",
    );
    let server = pixie.serve_with(&["--log-level", "info"]);
    let request = "/o/authorize/?client_id=spa&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb\
        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    for (more, line) in [("&prompt=none", " INFO "), ("&max_age=x", " WARN ")] {
        assert_eq!(server.status(&format!("{request}{more}")), 302);
        let log = std::fs::read_to_string(pixie.path("log")).unwrap();
        let last = log.lines().rfind(|line| line.contains("authorization refused"));
        assert!(last.is_some_and(|last| last.contains(line)), "{log}");
    }
    server.stop();
}
